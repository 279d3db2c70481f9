import { describe, expect, it } from 'vitest';
import { type Lts, ltsOf, parseLabel } from 'xstate-check';
import { barDevice } from '../../machines/p2p-registration/bar-device.contract.ts';
import { answeringCause, answerOf } from '../shared/argument-table.ts';
import { barOf, policyOf } from './policy.ts';
import { type RegisterSituation, registerArguments } from './register-arguments.ts';

const { causes, sound, accepted, exclusive } = registerArguments;

function exclude(a: string, b: string): boolean {
  return exclusive.some(({ causes: ids }) => ids.includes(a) && ids.includes(b));
}

describe('the table', () => {
  it('has a precedence of its own for each cause, in their order', () => {
    const precedences = causes.map(({ precedence }) => precedence);
    expect(new Set(precedences).size).toBe(causes.length);
    expect(precedences).toEqual([...precedences].sort((a, b) => a - b));
  });

  it.each(causes)('says of $id where it is stated and what comes of it unchecked', (cause) => {
    expect(cause.source).not.toBe('');
    expect(cause.unchecked).not.toBe('');
    expect(cause.errno).toBe('refused');
  });

  it('tests what can change under memory_lock, after all that cannot', () => {
    const order = causes.map(({ tested }) => tested);
    const first = order.indexOf('under_memory_lock');
    expect(new Set(order.slice(first))).toEqual(new Set(['under_memory_lock']));
    expect(new Set(order.slice(0, first))).toEqual(new Set(['ahead_of_memory_lock']));
  });

  it('leaves the policy for MSI-X open', () => {
    const open = causes.filter(({ undecided }) => undecided !== undefined);
    expect(open.map(({ id }) => id)).toEqual(['msix']);
  });

  it('admits what is sound', () => {
    expect(answerOf(registerArguments, sound)).toBe('admitted');
    for (const { example } of accepted) {
      expect(answerOf(registerArguments, { ...sound, ...example })).toBe('admitted');
    }
  });

  it.each(causes)('refuses what has the cause $id and no other', (cause) => {
    for (const example of [cause.example!, ...(cause.also ?? [])]) {
      const situation = { ...sound, ...example };
      const met = causes.filter(({ at }) => at(situation) >= 0);
      expect(met.map(({ id }) => id)).toEqual([cause.id]);
    }
  });

  it('answers by the lower precedence where two causes meet', () => {
    let pairs = 0;
    for (const first of causes) {
      for (const second of causes.filter(({ precedence }) => precedence > first.precedence)) {
        const situation = { ...sound, ...second.example, ...first.example };
        const met = causes.filter(({ at }) => at(situation) >= 0).map(({ id }) => id);
        if (exclude(first.id, second.id)) continue;
        if (!met.includes(second.id)) continue;
        expect(answeringCause(registerArguments, situation)?.id, met.join()).toBe(met[0]);
        pairs++;
      }
    }
    expect(pairs).toBeGreaterThan(50);
  });
});

/** The labels of register that a state takes. */
function offered({ states, labels, next }: Lts, name: string): string[] {
  const from = states.findIndex((state) => state.name === name);
  if (from < 0) throw new Error(`there is no state ${name}`);
  return labels.filter(
    (label, i) => label.startsWith('bar.register:') && next[from * labels.length + i]! >= 0,
  );
}

const DEVICES: readonly RegisterSituation['device'][] = [
  'decoding',
  'memory_off',
  'd3hot',
  'low_power',
];
const BARS: readonly [string, Pick<RegisterSituation, 'bar' | 'buffers'>][] = [
  ['free (buffers=0)', { bar: 'free', buffers: 0 }],
  ['free (buffers=1)', { bar: 'free', buffers: 1 }],
  ['registering (buffers=0)', { bar: 'registering', buffers: 0 }],
  ['registered (buffers=0)', { bar: 'registered', buffers: 0 }],
  ['unregistering.marked (buffers=0)', { bar: 'unregistering', buffers: 0 }],
  ['unregistering.draining (buffers=0)', { bar: 'unregistering', buffers: 0 }],
];

describe('what depends on the state', () => {
  const ofBar = ltsOf(barOf(policyOf('completed'), { device: 0, buffers: 1, others: 0 }));
  const ofDevice = ltsOf(barDevice);

  it.each(DEVICES.flatMap((device) => BARS.map(([name, state]) => ({ device, name, state }))))(
    'is answered as the machines do: BAR $name, device $device',
    ({ device, name, state }) => {
      const labels = offered(ofBar, name).filter((l) => offered(ofDevice, device).includes(l));
      const outcomes = labels.map((label) => parseLabel(label).outcome);
      expect(outcomes).toEqual([answerOf(registerArguments, { ...sound, device, ...state })]);
    },
  );

  it('is asked by nobody where the device is not open', () => {
    expect(offered(ofDevice, 'closed')).toEqual([]);
    expect(answerOf(registerArguments, { ...sound, device: 'closed' })).toBe('refused');
  });
});
