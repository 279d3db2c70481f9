import { entered, exited, type Kept, resumed, type Teller, woken } from './kept.ts';
import type { Stop } from './stop.ts';

/**
 * A call that finds its device asleep or awake, with the resume callback, where a test has them: by
 * the owner, who holds a reference while a call lasts, or by the PM core.
 */
export class RuntimePm implements Teller {
  private readonly operation: string;
  private before: Kept = {};
  private waking = false;
  private woke = false;

  constructor(operation: string) {
    this.operation = operation;
  }

  tell(stop: Stop): readonly string[] {
    return this.handlers[stop.at]?.(stop, `dev[${stop.index}]`) ?? [];
  }

  holds({ at }: Stop): boolean {
    return at === 'runtime_suspend<' || at === 'runtime_resume<';
  }

  private get isPmCore(): boolean {
    return this.operation.startsWith('rpm_');
  }

  private readonly handlers: Readonly<Record<string, (stop: Stop, dev: string) => string[]>> = {
    'pm_get>': ({ seen }, dev) =>
      this.isPmCore || this.woke ? [] : [`${dev}.pm_runtime_resume_and_get:${resumed(seen)}`],
    'pm_put>': (_, dev) => [`${dev}.pm_runtime_put`],
    'runtime_suspend<': (_, dev) => [`${dev}.rpm_suspend:begin`],
    'runtime_resume<': (_, dev) => {
      this.waking = true;
      this.woke = true;
      const asked = this.isPmCore ? 'rpm_resume' : 'pm_runtime_resume_and_get:suspended';
      return [`${dev}.${asked}`];
    },
    'down_write<': (_, dev) => this.once(`${dev}.runtime_resume:begin`),
    'down_write>': ({ seen }) => {
      this.before = seen;
      return [];
    },
    'up_write<': ({ seen }, dev) => {
      if (this.waking) return woken(dev, this.before, seen);
      return this.operation.startsWith('low_power_entry') ? entered(dev, this.before, seen) : [];
    },
    'memory_enabled<': ({ seen }, dev) =>
      this.operation === 'low_power_exit' ? exited(dev, this.before, seen) : [],
    'runtime_resume>': (_, dev) => {
      this.waking = false;
      return [`${dev}.runtime_resume:end`];
    },
  };

  private once(label: string): string[] {
    return this.waking ? [label] : [];
  }
}
