import type { Counterexample } from '../check/verdict.ts';
import type { Bounds } from '../explore/explore.ts';
import type { Fault } from '../faults/fault.ts';
import type { Scope, SystemFamily } from '../specification/system.ts';
import type { Place } from './ast.ts';
import { type FunctionReading, functionReadings } from './function-readings.ts';
import { differing, type JudgedCombination, judgeCombination } from './judge-combination.ts';
import { type FaultVerdict, judgeFault, labelsOf } from './judge-fault.ts';
import type { SourceReader, SourceVerdict } from './judge-source.ts';
import type { OutsideFunction } from './outside.ts';
import { judgeSignature, type Signature, type SignatureVerdict } from './signature.ts';
import type { Tree } from './tree.ts';

/** What is broken in the newest release as well. */
export interface KnownFinding {
  readonly id: string;
  readonly system: string;
  readonly scope?: Scope;
  readonly property: string;
  readonly claim: string;
  /** The functions that it is about, the one that it is in first. */
  readonly functions: readonly string[];
}

/** An entry of a constant structure that makes a defect harmless where its function answers so. */
export interface Excuse {
  readonly defect: string;
  readonly file: string;
  readonly table: string;
  readonly member: string;
  readonly returns: string;
  readonly by: string;
}

/** All that is known of defects, for which a tree is asked. */
export interface KnownDefects {
  /** Every known defect, in order, findings of the newest aside. */
  readonly ids: readonly string[];
  readonly families: readonly SystemFamily[];
  readonly faults: readonly Fault[];
  readonly findings: readonly KnownFinding[];
  readonly notModelled: readonly {
    readonly id: string;
    readonly title: string;
    readonly reason: string;
  }[];
  /** Why a machine has no C, by its id. */
  readonly withoutC: Readonly<Record<string, string>>;
  readonly signatures: readonly Signature[];
  readonly excuses: readonly Excuse[];
  /** The change that mends a defect. */
  readonly fixes: Readonly<Record<string, string>>;
  readonly newest: string;
  readonly brokenAt: (system: string, version: string) => readonly string[];
  /** How many states a system has at a version and scope; undefined where nobody has counted. */
  readonly statesAt: (system: string, version: string, scope: Scope) => number | undefined;
}

export interface DefectVerdict {
  readonly id: string;
  readonly title: string;
  readonly status: 'carried' | 'mended' | 'not judged';
  /** Broken in the newest release, too. */
  readonly inNewest: boolean;
  /** No tree is judged of it: no machine shows it, and no value that is known. */
  readonly never: boolean;
  readonly why: string;
  readonly mendedBy?: string;
  readonly functions: readonly string[];
  readonly place?: Place;
  readonly rule?: { readonly system: string; readonly property: string };
  readonly counterexample?: Counterexample;
}

export interface CarriesReport {
  readonly tree: string;
  readonly newest: string;
  readonly functions: readonly FunctionReading[];
  /** Files that are not there, each with the functions that cannot be judged without it. */
  readonly missing: readonly { readonly file: string; readonly functions: readonly string[] }[];
  readonly defects: readonly DefectVerdict[];
  readonly combinations: readonly JudgedCombination[];
  readonly outside: readonly OutsideFunction[];
}

/** So long, in seconds of processors, systems are begun; those that are left are named. */
const LONGEST = 40;

function secondsUsed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Which of the known defects a tree has. */
export function judgeCarries(
  reader: SourceReader,
  tree: Tree,
  known: KnownDefects,
  progress: (what: string) => void,
): CarriesReport {
  const verdicts = reader.specification.machines.map((machine) => {
    progress(`${machine.id} …`);
    return reader.judge(tree, machine);
  });
  const readings = functionReadings(verdicts);
  const judged = new Judge(reader, tree, known, readings, progress);
  const defects = [...known.ids.flatMap((id) => judged.defect(id)), ...judged.findings()];
  return {
    tree: tree.name,
    newest: known.newest,
    functions: readings,
    missing: missingFiles(verdicts),
    defects,
    combinations: judged.combinations(),
    outside: reader.outside(tree, verdicts),
  };
}

function missingFiles(verdicts: readonly SourceVerdict[]): CarriesReport['missing'] {
  const files = new Map<string, Set<string>>();
  for (const { unread, function: name } of verdicts) {
    if (unread?.place.line !== 0 || !unread.construct.startsWith('no file ')) continue;
    files.set(unread.place.file, (files.get(unread.place.file) ?? new Set()).add(name));
  }
  return [...files].map(([file, functions]) => ({ file, functions: [...functions] }));
}

class Judge {
  readonly #reader: SourceReader;
  readonly #tree: Tree;
  readonly #known: KnownDefects;
  readonly #readings: readonly FunctionReading[];
  readonly #progress: (what: string) => void;
  readonly #asked = new Map<string, JudgedCombination>();
  readonly #end = secondsUsed() + LONGEST;
  readonly #bounds: Bounds = { states: 600_000 };

  constructor(
    reader: SourceReader,
    tree: Tree,
    known: KnownDefects,
    readings: readonly FunctionReading[],
    progress: (what: string) => void,
  ) {
    this.#reader = reader;
    this.#tree = tree;
    this.#known = known;
    this.#readings = readings;
    this.#progress = progress;
  }

  /** A known defect; none for one that is a finding of the newest, and nothing else. */
  defect(id: string): DefectVerdict[] {
    const { faults, notModelled, findings, newest, fixes, signatures } = this.#known;
    const own = faults.filter(
      ({ defect, id: fault, change }) =>
        (defect ?? fault) === id && !('revision' in change && change.revision === newest),
    );
    const text = notModelled.find((one) => one.id === id);
    const signature = this.#signature(id);
    const isFinding = findings.some((one) => stemOf(one.id) === id);
    if (own.length === 0 && (isFinding || (text === undefined && signature === undefined))) {
      return [];
    }
    const title = own[0]?.title ?? text?.title ?? id;
    const inNewest = signatures.some((one) => one.defect === id && one.inNewest === true);
    const about = { id, title, inNewest, never: false };
    const excuse = this.#excuse(id);
    if (excuse !== undefined) return [{ ...about, status: 'mended', ...excuse }];
    const runs = own.flatMap((fault) => this.#fault(fault) ?? []);
    const verdict = combined(runs, signature);
    const reason = verdict.why === '' ? (text?.reason ?? this.#withoutC(own)) : verdict.why;
    const fix = fixes[id];
    const [fault] = own;
    const rule = fault && { system: fault.system, property: fault.expected[0]! };
    return [
      {
        ...about,
        // Where a value in the text tells it, the rule is that of the specification.
        ...(verdict.status === 'carried' && rule !== undefined && { rule }),
        ...verdict,
        never: runs.length === 0 && signature === undefined,
        why: reason,
        ...(verdict.status === 'mended' &&
          isAsInFix(verdict, this.#readings) &&
          fix !== undefined && { mendedBy: fix }),
      },
    ];
  }

  /** Why no machine made of the C can show a defect. */
  #withoutC(faults: readonly Fault[]): string {
    const { withoutC } = this.#known;
    const [fault] = faults.filter(({ machine }) => machine in withoutC);
    return fault === undefined ? NOTHING_READ : `${fault.machine}: ${withoutC[fault.machine]}`;
  }

  #fault(fault: Fault): FaultVerdict | undefined {
    const { families, newest, brokenAt } = this.#known;
    this.#progress(`${fault.id} …`);
    return judgeFault(fault, families.find(({ name }) => name === fault.system)!, {
      reader: this.#reader,
      tree: this.#tree,
      readings: this.#readings,
      newest,
      brokenAtNewest: (system) => brokenAt(system, newest),
      bounds: this.#bounds,
    });
  }

  #signature(id: string): SignatureVerdict | undefined {
    const { signatures } = this.#known;
    const signature = signatures.find(({ defect }) => defect === id);
    const { dialect } = this.#reader.specification;
    const unitOf = (file: string) => this.#reader.unit(this.#tree, file);
    return signature && judgeSignature(signature, this.#tree, unitOf, dialect);
  }

  /** The entry that makes a defect harmless, where the tree has it. */
  #excuse(id: string): Pick<DefectVerdict, 'why' | 'mendedBy' | 'functions' | 'place'> | undefined {
    const excuse = this.#known.excuses.find(({ defect }) => defect === id);
    const unit = excuse && this.#reader.unit(this.#tree, excuse.file);
    const entry = unit?.entries.find(
      ({ table, member }) => table === excuse?.table && member === excuse.member,
    );
    const fn = entry && unit?.functions.get(entry.value);
    if (excuse === undefined || entry === undefined || fn === undefined) return undefined;
    const lines = this.#tree
      .read(excuse.file)!
      .split('\n')
      .slice(fn.line - 1, fn.endLine);
    const answers = [...lines.join('\n').matchAll(/\breturn\s+([^;]+);/g)].map((match) => match[1]);
    if (answers.length === 0 || answers.some((one) => one !== excuse.returns)) return undefined;
    const why = `.${excuse.member} of ${excuse.table} answers ${excuse.returns}`;
    return { why, mendedBy: excuse.by, functions: [entry.value], place: entry.place };
  }

  /** What is broken in the newest as well. */
  findings(): DefectVerdict[] {
    return this.#known.findings.map((finding) => this.#finding(finding));
  }

  #finding(finding: KnownFinding): DefectVerdict {
    const { id, claim, functions, system, property } = finding;
    const signature = this.#signature(stemOf(id));
    const [first] = functions;
    const named = functions.flatMap((name) => this.#readingsOf(name));
    const place = signature?.place ?? named.find((one) => one.place)?.place;
    const about = {
      ...{ id, title: claim, inNewest: true, never: false, rule: { system, property } },
      functions: [...new Set(named.map((one) => one.function))],
      ...(place !== undefined && { place }),
    };
    if (signature?.status === 'mended') {
      return { ...about, status: 'mended', why: signature.why };
    }
    const unread = named.find(({ is }) => is === 'not read');
    if (unread !== undefined) {
      return { ...about, status: 'not judged', why: `not read: ${unread.unread}` };
    }
    const isCovered =
      signature?.status === 'carried' ||
      (first !== undefined && this.#readingsOf(first).length > 0);
    if (!isCovered) {
      const why = signature?.why ?? `no machine stands for ${first ?? 'its function'}()`;
      return { ...about, status: 'not judged', why };
    }
    if (named.every(({ is }) => is === 'newest')) {
      return { ...about, status: 'carried', why: `its functions are as in ${this.#known.newest}` };
    }
    return { ...about, ...this.#inCombination(finding) };
  }

  /** What is known of a function: of the one of this name, else of those that go into it. */
  #readingsOf(name: string): readonly FunctionReading[] {
    const own = this.#readings.filter((one) => one.function === name);
    return own.length > 0 ? own : this.#readings.filter(({ read }) => read.includes(name));
  }

  #inCombination({ system, scope, property }: KnownFinding): Pick<DefectVerdict, 'status' | 'why'> {
    const family = this.#known.families.find(({ name }) => name === system)!;
    const judged = this.#combination(family, scope ?? family.defaultScope);
    if (judged === undefined) {
      return { status: 'not judged', why: `the functions that differ are not drawn in ${system}` };
    }
    if (judged.broken.includes(property)) {
      return { status: 'carried', why: 'its rule breaks with the functions of the tree' };
    }
    if (judged.notAsked !== undefined) return { status: 'not judged', why: judged.notAsked };
    return { status: 'mended', why: 'its rule holds with the functions of the tree' };
  }

  /** Every system that has a function which is not that of the newest, smallest first. */
  combinations(): JudgedCombination[] {
    const { families, newest, statesAt } = this.#known;
    const differs = ({ is }: FunctionReading) => is === 'version' || is === 'none';
    if (!this.#readings.some(differs)) return [];
    const size = ({ name, defaultScope }: SystemFamily) =>
      statesAt(name, newest, defaultScope) ?? Infinity;
    for (const family of [...families].sort((a, b) => size(a) - size(b))) {
      if (family.revisions.includes(newest)) this.#combination(family, family.defaultScope);
    }
    return [...this.#asked.values()];
  }

  #combination(family: SystemFamily, scope: Scope): JudgedCombination | undefined {
    const key = `${family.name} ${JSON.stringify(scope)}`;
    const known = this.#asked.get(key);
    if (known !== undefined) return known;
    const { newest, brokenAt, statesAt } = this.#known;
    const functions = differing(family, scope, newest, this.#readings);
    if (functions.length === 0) return undefined;
    const excused = this.#excusedIn(family.name);
    const why = excused ?? (secondsUsed() > this.#end ? 'the time for it was over' : undefined);
    const nothing = { system: family.name, scope, functions, broken: [], inNone: [] };
    this.#progress(`${family.name} …`);
    const judged =
      why !== undefined
        ? { ...nothing, notAsked: why }
        : judgeCombination(family, scope, functions, {
            reader: this.#reader,
            tree: this.#tree,
            readings: this.#readings,
            newest,
            brokenAt,
            bounds: { states: Math.max(100_000, 2 * (statesAt(family.name, newest, scope) ?? 0)) },
          });
    this.#asked.set(key, judged);
    return judged;
  }

  /** A system that shows a defect which an entry of a table makes harmless has not that entry. */
  #excusedIn(system: string): string | undefined {
    const { excuses, faults } = this.#known;
    const excuse = excuses.find(
      ({ defect }) =>
        this.#excuse(defect) !== undefined &&
        faults.some((one) => (one.defect ?? one.id) === defect && one.system === system),
    );
    return excuse && `it has no .${excuse.member} that answers ${excuse.returns}`;
  }
}

/** What an older function keeps it may just not have come to: no fix is named for it. */
function isAsInFix({ functions }: Combined, readings: readonly FunctionReading[]): boolean {
  return readings.every(({ function: name, is }) => !functions.includes(name) || is === 'newest');
}

const NOTHING_READ = 'no machine made of the C, and no value in its text, shows it';

/** `O1` of `O1-suspended`. */
function stemOf(id: string): string {
  return /^[A-Z]\d+/.exec(id)?.[0] ?? id;
}

type Combined = Pick<
  DefectVerdict,
  'status' | 'why' | 'functions' | 'place' | 'rule' | 'counterexample'
>;

/** What the systems that show a defect and the text of its function say together. */
function combined(
  runs: readonly FaultVerdict[],
  signature: SignatureVerdict | undefined,
): Combined {
  const broken = runs.find(({ status }) => status === 'carried') ?? hidden(runs, signature);
  if (broken !== undefined) return ofRun(broken, 'carried');
  const holds = runs.find(({ status }) => status === 'mended');
  if (holds !== undefined && signature?.status !== 'carried') return ofRun(holds, 'mended');
  if (holds !== undefined) {
    const why = `its rule holds, although ${signature!.function}() has its value`;
    return { ...ofRun(holds, 'not judged'), why };
  }
  if (signature !== undefined && signature.status !== 'not judged') {
    const { status, place, function: fn } = signature;
    const functions = fn === undefined ? [] : [fn];
    return { status, why: signature.why, functions, ...(place !== undefined && { place }) };
  }
  const open = runs.find(({ status }) => status === 'not judged');
  if (open !== undefined) return ofRun(open, 'not judged');
  return { status: 'not judged', why: signature?.why ?? '', functions: [] };
}

/** A rule that is broken in another way than was known, by a function that has the defect's value. */
function hidden(runs: readonly FaultVerdict[], signature: SignatureVerdict | undefined) {
  if (signature?.status !== 'carried') return undefined;
  return runs.find(({ counterexample, functions }) => {
    return counterexample !== undefined && functions.some(({ is }) => is === 'none');
  });
}

/** Where a function parts from the newest, in a call that the run makes. */
function partingOf(
  { parts, place }: FunctionReading,
  counterexample: Counterexample | undefined,
): Place | undefined {
  const plain = (label: string) => label.replace(/@.*$/, '').replace(/\[\d+\]/g, '');
  const calls = new Set(counterexample === undefined ? [] : labelsOf(counterexample).map(plain));
  const made = parts.find(({ begins }) => calls.has(plain(begins)));
  return (made ?? parts[0])?.place ?? place;
}

function ofRun(verdict: FaultVerdict, status: DefectVerdict['status']): Combined {
  const { fault, functions, counterexample, why } = verdict;
  const different = functions.find(({ is }) => is !== 'newest') ?? functions[0]!;
  const place = status === 'mended' ? different.place : partingOf(different, counterexample);
  return {
    status,
    why,
    functions: functions.map((one) => one.function),
    ...(place !== undefined && { place }),
    ...(status === 'carried' && {
      rule: { system: fault.system, property: counterexample!.property.id },
      counterexample: counterexample!,
    }),
  };
}
