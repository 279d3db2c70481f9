import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { InputError, type Lts, ltsOf, transitionsOf } from 'xstate-check';
import {
  eventName,
  monitorClass,
  only,
  type RuntimeMonitor,
  runtimeMonitor,
  stateName,
  type Watch,
} from 'xstate-check/kernel';
import { output } from './tools.ts';

/** Where kernel/setup unpacks the packaged source. */
const SOURCES = join(homedir(), '.cache/vfio-dmabuf-spec/kernel/source');
const RVGEN = 'tree/tools/verification/rvgen';

/** The rvgen of the packaged kernel source, and a Python that has its parser (python3-lark). */
export function rvgenHere(): { readonly directory: string; readonly python: string } | string {
  const versions = existsSync(SOURCES) ? readdirSync(SOURCES) : [];
  const directory = versions.map((one) => join(SOURCES, one, RVGEN)).find((one) => existsSync(one));
  if (directory === undefined) return 'no packaged kernel source is here (kernel/setup)';
  const python = ['python3', '/usr/bin/python3'].find(
    (one) => spawnSync(one, ['-c', 'import lark']).status === 0,
  );
  return python === undefined ? 'python3-lark is not installed' : { directory, python };
}

/**
 * What `rvgen monitor` does, without its module of KUnit tests, which the Python of Debian 12
 * does not read.
 */
const GENERATE = `
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from rvgen.dot2k import da2k, ha2k
kind, spec, type_, name = sys.argv[2:]
params = {"model_name": name, "monitor_class": kind, "spec": spec, "monitor_type": type_,
          "subcmd": "monitor", "description": None, "parent": None, "auto_patch": False}
monitor = (da2k if kind == "da" else ha2k)(spec, type_, params)
monitor.print_files()
`;

/** Has rvgen make a monitor; returns its header and source. */
export async function generate(
  rvgen: { readonly directory: string; readonly python: string },
  directory: string,
  monitor: RuntimeMonitor,
  text = runtimeMonitor(monitor),
): Promise<{ header: string; source: string }> {
  const { name, watch } = monitor;
  writeFileSync(join(directory, 'generate.py'), GENERATE);
  writeFileSync(join(directory, `${name}.dot`), text);
  await output(directory, rvgen.python, [
    'generate.py',
    rvgen.directory,
    monitorClass(watch),
    `${name}.dot`,
    watch.type,
    name,
  ]);
  const read = (file: string) => readFileSync(join(directory, name, file), 'utf8');
  return { header: read(`${name}.h`), source: read(`${name}.c`) };
}

/** What differs between the table that rvgen made and the machine, as sentences. */
export function tableDifferences(header: string, monitor: RuntimeMonitor): string[] {
  const { watch, machine, name } = monitor;
  const shown = watch.attachments.map(({ label }) => label);
  const wanted = tableOf(only(ltsOf(machine), shown), watch);
  const made = readTable(header, name);
  const keys = new Set([...wanted.keys(), ...made.keys()]);
  return [...keys].flatMap((key) =>
    wanted.get(key) === made.get(key)
      ? []
      : [`${key}: ${wanted.get(key) ?? 'a violation'}, and rvgen has ${made.get(key)}`],
  );
}

function tableOf(lts: Lts, watch: Watch): Map<string, string> {
  const isBad = (state: number) => lts.states[state]!.tags.includes('violation');
  return new Map(
    [...transitionsOf(lts)]
      .filter(({ from, to }) => !isBad(from) && !isBad(to))
      .map(({ from, label, to }) => [
        `${stateName(lts.states[from]!)} -${eventName(lts.labels[label]!, watch)}`,
        stateName(lts.states[to]!),
      ]),
  );
}

/** The transitions in the C of a header; what is INVALID_STATE is none. */
function readTable(header: string, name: string): Map<string, string> {
  const own = (constant: string) => constant.replace(new RegExp(`_${name}$`), '');
  const namesOf = (field: string) => {
    const [, list] = new RegExp(`\\.${field} = \\{([^}]*)\\}`).exec(header) ?? [];
    if (list === undefined) throw new InputError(`rvgen made no ${field} for ${name}`);
    return [...list.matchAll(/"(\w+)"/g)].map((match) => match[1]!);
  };
  const states = namesOf('state_names');
  const events = namesOf('event_names');
  const [, body = ''] = /\.function = \{([\s\S]*?)\n\t\},\n\t\.initial_state/.exec(header) ?? [];
  const cells = [...body.matchAll(/\w+/g)].map(([cell]) => own(cell));
  const table = new Map<string, string>();
  states.forEach((from, row) => {
    events.forEach((event, column) => {
      const to = cells[row * events.length + column]!;
      if (to !== 'INVALID_STATE') table.set(`${from} -${event}`, to);
    });
  });
  return table;
}

/** The automaton of a header as a file that a compiler reads without the kernel. */
export async function compileHeader(
  directory: string,
  { name }: RuntimeMonitor,
  header: string,
): Promise<void> {
  const needs = '#include <stdbool.h>\n#define MAX_HA_ENV_LEN 3\n';
  writeFileSync(join(directory, `${name}.check.c`), `${needs}${header}`);
  const options = ['-std=gnu11', '-Wall', '-Werror', '-Wno-unused', '-Wno-missing-braces'];
  await output(directory, 'gcc', [...options, '-fsyntax-only', `${name}.check.c`]);
}
