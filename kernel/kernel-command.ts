import type { Command } from 'commander';
import type { Terminal } from 'xstate-check/command';
import type { KernelRunOptions, TestSources } from './command.ts';
import type { SelftestOptions } from './selftest.ts';

/** `dmabuf-spec kernel run`, `kernel selftest` and `kernel build`; what does them is loaded then. */
export function addKernelCommands(
  program: Command,
  load: () => Promise<TestSources>,
  terminal: Terminal,
  finished: (status: number) => void,
): void {
  const kernel = program
    .command('kernel')
    .description('run the generated tests on a real Linux kernel in a virtual machine');
  kernel
    .command('run')
    .description('the newest stock Debian kernel, or one of your own; prints KTAP')
    .argument('[suite]', 'one suite; all of them where absent')
    .option('--kernel <bzImage>', 'a kernel of your own')
    .option(
      '--modules <directory>',
      'its modules: /lib/modules/RELEASE, or the tree it was built in',
    )
    .option('--lab', "the kernel that 'kernel build' builds")
    .option('--criterion <name>', 'only the tests of one criterion, such as transitions')
    .option('--revision <name>', 'judge it by another version of the design, such as 7.1')
    .option('--keep-trace <directory>', 'write what was said for each path')
    .option('--junit <file>', 'write JUnit XML to a file')
    .action(async (name: string | undefined, options: KernelRunOptions) => {
      const { kernelRun } = await import('./command.ts');
      finished(await kernelRun(await load(), name, options, terminal));
    });
  kernel
    .command('selftest')
    .description("build what 'export --to kselftest' writes in the kernel's source, and run it")
    .argument('[file]', 'another test of tools/testing/selftests/vfio')
    .option('--kernel <bzImage>', 'a kernel of your own')
    .option('--modules <directory>', 'its modules')
    .option('--lab', "the kernel that 'kernel build' builds")
    .action(async (file: string | undefined, options: SelftestOptions) => {
      const { kernelSelftest } = await import('./selftest.ts');
      finished(await kernelSelftest(file, options, terminal));
    });
  kernel
    .command('mutants')
    .description('build defects into vfio-pci-core.ko, and say which test finds each')
    .argument('[id...]', "some of them, or 'none'; all where absent")
    .action(async (ids: string[]) => {
      const { kernelMutants } = await import('./mutants/run.ts');
      finished(await kernelMutants(await load(), ids, terminal));
    });
  kernel
    .command('build')
    .description('build a small kernel with what stock ones lack: iommufd, lockdep, rv')
    .action(async () => {
      const { kernelBuild } = await import('./command.ts');
      finished(await kernelBuild(terminal));
    });
}
