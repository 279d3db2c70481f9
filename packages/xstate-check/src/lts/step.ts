import {
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  getInitialMicrosteps,
} from 'xstate';
import { MachineError, messageOf } from './machine-error.ts';
import { describe, nodePath, type StateNode } from './snapshot.ts';

/** A transition as XState formats it. */
export type Transition = ReturnType<AnyStateMachine['getTransitionData']>[number];

/** What a machine did in one macrostep. */
export interface Step {
  readonly snapshot: AnyMachineSnapshot;
  /** All transitions taken, in order: those of the event, then eventless and raised ones. */
  readonly taken: readonly Transition[];
  /** How many of them answer the event itself, one or one per region. */
  readonly answers: number;
  /** Whether one of those of the event itself has an effect or an explicit target. */
  readonly isEffective: boolean;
  /** All state nodes that were active after a microstep, also those that were left at once. */
  readonly entered: readonly StateNode[];
}

/** Microsteps in one macrostep after which a machine is said not to settle. */
const MAX_MICROSTEPS = 1_000;

/** The action by which a transition reports that it is taken. */
const TAKEN = '@lts.taken';

/**
 * Steps a machine with XState's own functions, and knows which transitions were taken.
 *
 * XState selects transitions in all regions and then drops those that would exit the same states
 * as another one; only execution shows which are left. Each transition of a private copy of the
 * machine therefore starts with an action that XState hands out, unexecuted, when it takes the
 * transition. One actor scope serves all steps: `transition()` makes an actor for each call, which
 * costs about as much as the step itself.
 */
export class Stepper {
  readonly #machine: AnyStateMachine;
  readonly #effective = new Set<Transition>();
  readonly #scope: AnyActorScope;
  readonly #events = new Map<string, { type: string }>();
  #executed: Executed[] = [];

  /** @param copy - the private copy of the machine, which is stepped */
  constructor(machine: AnyStateMachine, copy = machine.provide({})) {
    this.#machine = copy;
    const own = this.#machine.options.maxIterations;
    if (!Number.isFinite(own)) this.#machine.options.maxIterations = MAX_MICROSTEPS;
    this.#mark(this.#machine.root);
    this.#scope = this.#inertScope();
  }

  /**
   * The step to the initial state.
   *
   * @throws MachineError where there is none without input, or the machine does not settle
   */
  initial(): Step {
    try {
      const microsteps = getInitialMicrosteps(this.#machine);
      const taken = microsteps.flatMap(([, actions]) => transitionsIn(actions as Executed[]));
      const snapshots = microsteps.map(([snapshot]) => snapshot as AnyMachineSnapshot);
      const outcome = this.#outcome(snapshots, undefined, 'its initial state');
      return { ...outcome, taken, answers: 0, isEffective: true };
    } catch (error) {
      throw this.#failure(error, undefined, 'entering the initial state');
    }
  }

  /** The transitions with an effect or an explicit target that XState selects for an event. */
  selected(snapshot: AnyMachineSnapshot, event: string): Transition[] {
    if (snapshot.status !== 'active') return [];
    try {
      return this.#machine
        .getTransitionData(snapshot, this.#event(event))
        .filter((transition) => this.#effective.has(transition));
    } catch (error) {
      throw this.#failure(error, snapshot, `the event '${event}'`);
    }
  }

  /** @throws MachineError where a guard or an assign throws, or the machine does not settle */
  take(snapshot: AnyMachineSnapshot, given: string | { readonly type: string }): Step {
    const event = typeof given === 'string' ? this.#event(given) : given;
    const { type } = event;
    this.#executed = [];
    try {
      const snapshots = this.#machine.microstep(snapshot, event, this.#scope);
      const taken = transitionsIn(this.#executed);
      const answers = this.#executed.filter((action) => answersEvent(action, event)).length;
      const isEffective = this.#executed.some((action) => this.#hasEffect(action, event));
      const outcome = this.#outcome(snapshots, snapshot, `the event '${type}'`);
      return { ...outcome, taken, answers, isEffective };
    } catch (error) {
      throw this.#failure(error, snapshot, `the event '${type}'`);
    }
  }

  /** A transition of the event itself, by whatever descriptor, that does something. */
  #hasEffect({ type, info, params }: Executed, event: { type: string }): boolean {
    const transition = type === TAKEN && info.event === event ? params?.transition : undefined;
    return (
      transition !== undefined && transition.eventType !== '' && this.#effective.has(transition)
    );
  }

  #event(type: string): { type: string } {
    let event = this.#events.get(type);
    if (event === undefined) {
      event = labelEvent(type);
      this.#events.set(type, event);
    }
    return event;
  }

  #outcome(snapshots: readonly AnyMachineSnapshot[], from: From, what: string) {
    const snapshot = snapshots.at(-1)!;
    if (Object.keys(snapshot.children).length > 0) {
      const reason = `${what} spawns an actor, whose behaviour no table can hold; make the actor a machine of its own and compose the two`;
      throw new MachineError('not-finite', this.#machine.id, placeOf(from), reason);
    }
    return { snapshot, entered: snapshots.flatMap((each) => each._nodes as StateNode[]) };
  }

  #failure(error: unknown, from: From, what: string): MachineError {
    if (error instanceof MachineError) return error;
    const message = messageOf(error);
    const endless = message.startsWith('Infinite loop detected');
    const reason = endless
      ? `${what} does not settle within ${this.#machine.options.maxIterations} microsteps; break the cycle of eventless or raised transitions`
      : `${what} throws (${message}); guards and assigns must be defined for every state that they are tried in, and need nothing but the context`;
    return new MachineError(
      endless ? 'does-not-settle' : 'throws',
      this.#machine.id,
      placeOf(from),
      reason,
    );
  }

  #mark(node: StateNode): void {
    for (const transition of [...[...node.transitions.values()].flat(), ...(node.always ?? [])]) {
      const { target, actions } = transition;
      if (target !== undefined || actions.length > 0) this.#effective.add(transition);
      transition.actions = [{ type: TAKEN, params: { transition } }, ...actions];
    }
    for (const child of Object.values(node.states)) this.#mark(child);
  }

  #inertScope(): AnyActorScope {
    const self = createActor(this.#machine);
    return {
      self,
      system: self.system,
      id: '',
      sessionId: '',
      logger: () => {},
      defer: () => {},
      emit: () => {},
      stopChild: () => {},
      actionExecutor: (action) => {
        this.#executed.push(action as Executed);
      },
    } as AnyActorScope;
  }
}

/** Where a step starts; `undefined` before the initial state. */
type From = AnyMachineSnapshot | undefined;

function placeOf(from: From): string {
  return from === undefined ? '' : describe(from);
}

/** Names a transition in `via`. */
export function nameOf(transition: Transition): { node: string; event: string } {
  return { node: nodePath(transition.source), event: transition.eventType as string };
}

interface Executed {
  readonly type: string;
  readonly info: { readonly event: unknown };
  readonly params?: { readonly transition?: Transition };
}

function transitionsIn(actions: readonly Executed[]): Transition[] {
  return actions.flatMap(({ type, params }) =>
    type === TAKEN && params?.transition ? [params.transition] : [],
  );
}

/** Eventless transitions see the event too, and raised ones another event of perhaps equal type. */
function answersEvent({ type, info, params }: Executed, event: { type: string }): boolean {
  return type === TAKEN && info.event === event && params?.transition?.eventType === event.type;
}

/** An event that is nothing but its label: who reads data from it is told so. */
function labelEvent(type: string): { type: string } {
  return new Proxy(
    { type },
    {
      get(target, key) {
        if (key === 'type' || key === 'toJSON' || typeof key === 'symbol')
          return Reflect.get(target, key);
        throw new Error(`event.${key} is read, but a label carries no data`);
      },
    },
  );
}
