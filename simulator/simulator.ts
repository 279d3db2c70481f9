import type { Ability, StepResult, Target } from 'xstate-check/target';
import type { TargetScope } from '../targets/target-scope.ts';
import { SimulatedScatterlist } from './importers/simulated-scatterlist.ts';
import { SimulatedMapping } from './mapping-types/simulated-mapping.ts';
import { SimulatedFunctions } from './p2p-registration/simulated-functions.ts';
import { SimulatedP2p } from './p2p-registration/simulated-p2p.ts';
import { SimulatedPageBacked } from './page-backed/simulated-page-backed.ts';
import { SimulatedKernel } from './simulated-kernel.ts';

/**
 * Everything that is simulated, as one target: the kernel as it is released; P2P registration, which
 * is a design under review, for scopes that have its objects; and, for scopes that name one, designs
 * of pages for a BAR, and maps of a buffer into a scatterlist, function by function.
 */
export class Simulator implements Target<TargetScope> {
  readonly name = 'simulated kernel';
  private readonly released = new SimulatedKernel();
  private readonly registration = new SimulatedP2p();
  private readonly functions = new SimulatedFunctions();
  private readonly pages = new SimulatedPageBacked();
  private readonly scatterlist = new SimulatedScatterlist();
  private readonly types = new SimulatedMapping();
  private current: Target = this.released;

  ability(label: string, scope: TargetScope): Ability | undefined {
    return this.targetOf(scope).ability(label, scope);
  }

  async reset(scope: TargetScope): Promise<void> {
    this.current = this.targetOf(scope);
    await this.current.reset(scope);
  }

  private targetOf({ design, objects }: TargetScope): Target {
    if (design === 'page-backed') return this.pages;
    if (design === 'scatterlist' || design === 'scatterlist-2024') return this.scatterlist;
    if (design === 'mapping-types') return this.types;
    if (design !== undefined) return this.functions;
    return objects ? this.registration : this.released;
  }

  step(label: string): Promise<StepResult> {
    return this.current.step(label);
  }

  observe(): Promise<Readonly<Record<string, string>>> {
    return this.current.observe();
  }
}
