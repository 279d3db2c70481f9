import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from 'xstate-check';
import { cacheDirectory } from './cache.ts';
import { tool } from './tool.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** How apt says that an archive has no such suite, which is no failure of the way to it. */
const NO_SUCH_SUITE = /does not have a Release file|no longer has a Release file|404/;

/**
 * One suite of the archive that this machine installs from, read through an apt configuration of its
 * own, so that nothing of the machine's changes; verified by apt.
 */
export class Suite {
  readonly name: string;
  private readonly env: Readonly<Record<string, string>>;

  private constructor(name: string, settings: string) {
    this.name = name;
    this.env = { APT_CONFIG: settings };
  }

  /** Reads its index. Undefined where the archive has no such suite. */
  static async read(name: string): Promise<Suite | undefined> {
    const suite = new Suite(name, privateSettings(name, await archive()));
    try {
      await suite.apt('apt-get', ['update', '-qq'], `reading the index of ${name}`);
    } catch (error) {
      if (error instanceof InputError && NO_SUCH_SUITE.test(error.message)) return undefined;
      throw error;
    }
    return suite;
  }

  /** The names of packages that match. */
  async packages(pattern: string): Promise<string[]> {
    const args = ['search', '--names-only', pattern];
    const listed = await this.apt('apt-cache', args, `searching ${this.name}`);
    return [...listed.matchAll(/^(\S+) /gm)].map((match) => match[1]!);
  }

  /** What its release calls itself: `trixie-backports`. */
  async codename(): Promise<string> {
    const args = ['indextargets', '--format', '$(CODENAME)', 'Created-By: Packages'];
    const listed = await this.apt('apt-get', args, `reading the index of ${this.name}`);
    return listed.split('\n')[0]!.trim() || this.name;
  }

  async version(name: string): Promise<string> {
    const args = ['show', '--no-all-versions', name];
    const shown = await this.apt('apt-cache', args, `searching ${this.name}`);
    return /^Version: (\S+)/m.exec(shown)?.[1] ?? name;
  }

  /** Downloads packages and unpacks them; nothing is installed. */
  async unpack(names: readonly string[], to: string): Promise<void> {
    const doing = `downloading ${names[0]}`;
    await this.apt('apt-get', ['download', '-qq', ...names], doing, to);
    for (const file of readdirSync(to).filter((entry) => entry.endsWith('.deb'))) {
      const unpacking = { from: 'dpkg', doing: `unpacking ${file}` };
      await tool('dpkg-deb', ['-x', join(to, file), to], unpacking);
      rmSync(join(to, file));
    }
  }

  private apt(program: string, args: readonly string[], doing: string, cwd?: string) {
    const where = cwd === undefined ? {} : { cwd };
    return tool(program, args, { from: 'apt', doing, env: this.env, ...where });
  }
}

function privateSettings(suite: string, uri: string): string {
  const place = join(cacheDirectory(), 'apt', suite);
  for (const directory of ['state/lists/partial', 'cache/archives/partial', 'etc/apt.conf.d']) {
    mkdirSync(join(place, directory), { recursive: true });
  }
  const source = `deb [arch=amd64 signed-by=${KEYRING}] ${uri} ${suite} main\n`;
  writeFileSync(join(place, 'sources.list'), source);
  writeFileSync(join(place, 'status'), '');
  const file = join(place, 'apt.conf');
  writeFileSync(file, configuration(place));
  return file;
}

function configuration(place: string): string {
  return [
    `Dir::State "${place}/state";`,
    `Dir::State::status "${place}/status";`,
    `Dir::Cache "${place}/cache";`,
    `Dir::Etc::sourcelist "${place}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    'APT::Architecture "amd64";',
    'APT::Sandbox::User "";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    '',
  ].join('\n');
}

/** The archive that this machine's own packages come from. */
async function archive(): Promise<string> {
  const format = '$(ORIGIN)|$(COMPONENT)|$(REPO_URI)';
  const listed = await tool(
    'apt-get',
    ['indextargets', '--format', format, 'Created-By: Packages'],
    { from: 'apt', doing: 'asking apt for its archive' },
  );
  const lines = listed.split('\n').map((line) => line.split('|'));
  const found = lines.find(
    ([origin, component, uri]) =>
      origin === 'Debian' && component === 'main' && !/-security\/?$/.test(uri!),
  );
  if (!found) {
    throw new InputError(
      "apt knows no Debian archive on this machine: 'apt-get update' may not have run yet",
    );
  }
  return found[2]!;
}
