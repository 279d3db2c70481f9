import type { Ability, StepResult, Target } from 'xstate-check/target';
import type { TargetScope } from '../targets/target-scope.ts';
import { SimulatedP2p } from './p2p-registration/simulated-p2p.ts';
import { SimulatedKernel } from './simulated-kernel.ts';

/**
 * Everything that is simulated, as one target: the kernel as it is released, and P2P registration,
 * which is a design under review, for scopes that have its objects.
 */
export class Simulator implements Target {
  readonly name = 'simulated kernel';
  private readonly released = new SimulatedKernel();
  private readonly registration = new SimulatedP2p();
  private current: Target = this.released;

  ability(label: string): Ability | undefined {
    return this.released.ability(label) ?? this.registration.ability(label);
  }

  async reset(scope: TargetScope): Promise<void> {
    this.current = scope.objects ? this.registration : this.released;
    await this.current.reset(scope);
  }

  step(label: string): Promise<StepResult> {
    return this.current.step(label);
  }

  observe(): Promise<Readonly<Record<string, string>>> {
    return this.current.observe();
  }
}
