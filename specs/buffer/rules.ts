import {
  all,
  any,
  is,
  not,
  type Part,
  type Predicate,
  type Property,
  type Scope,
  said,
  where,
} from 'xstate-check';
import { heldMonitors } from 'xstate-check/kernel';
import { RWSEM } from '../shared/parts.ts';
import {
  allAreIdle,
  decodes,
  isFree,
  isIdle,
  isListed,
  isRevoked,
  memoryOn,
} from '../shared/words.ts';

/** memory_lock protects the list of a device, whoever adds to it or takes from it. */
export function listLockMonitors(parts: readonly Part[]): Part[] {
  const lock = { name: 'dev[0].memory_lock', kind: RWSEM };
  const changesList = (label: string) => /^buf\[0\]\.list_(add|del)$/.test(label);
  return heldMonitors(parts, lock, changesList).map((part) => ({
    ...part,
    name: `list-${part.name}`,
  }));
}

/** Nobody holds memory_lock, and the buffer is on the list with a file that lives. */
const settled = [isFree('dev[0].memory_lock'), isListed('buf[0]'), is('buf[0].file', 'open')];

/** The rules of export, release and the closing of the descriptors. */
export function exportRules(
  scope: Scope,
  parts: readonly Part[],
  listLock: readonly Part[],
): Property[] {
  return [
    ...(scope.writers === 1 ? [offMeansRevoked, listedOffMeansRevoked] : []),
    listedOnMeansLive,
    ...(scope.closers === 1 ? [closedMeansUnlisted] : []),
    exportReturns,
    putMeansFreed,
    failedLeavesNothing,
    putFreesAll,
    memorySafe,
    registrationBalanced,
    ...givenBackRules(parts),
    {
      id: 'list-needs-memory-lock',
      kind: 'monitor',
      title: 'vdev->dmabufs is changed with memory_lock held for writing',
      parts: listLock.map((part) => part.name),
      rule: 'S6',
      source: 'vfio_pci_core_feature_dma_buf, vfio_pci_dma_buf_release, v7.3',
      consequence: 'two who change the list at once corrupt it',
    },
  ];
}

const offMeansRevoked: Property = {
  id: 'off-means-revoked',
  kind: 'invariant',
  title: 'no listed buffer that somebody can reach is live while the device does not decode',
  when: all(isListed('buf[0]'), is('buf[0].file', 'open'), not(decodes('dev[0]'))),
  then: isRevoked('buf[0]'),
  rule: 'S1',
  source: 'derived: S1; vfio_basic_config_write, vfio_pci_core_feature_dma_buf, v7.3',
  consequence: 'importers map a BAR that is off',
};

const listedOffMeansRevoked: Property = {
  id: 'listed-off-means-revoked',
  kind: 'invariant',
  title: 'a listed buffer is revoked whenever memory is off and nobody holds memory_lock',
  when: all(...settled, is('dev[0]', 'memory_off')),
  then: isRevoked('buf[0]'),
  rule: 'S3',
  source:
    'derived: S3; vfio_pci_core_feature_dma_buf, v7.3: state and list_add_tail in one section',
  consequence: 'importers map a BAR that is off, and nothing revokes the buffer until memory is on',
};

const listedOnMeansLive: Property = {
  id: 'listed-on-means-live',
  kind: 'invariant',
  title: 'a listed buffer is live whenever memory is on and nobody holds memory_lock',
  when: all(...settled, memoryOn('dev[0]')),
  then: not(isRevoked('buf[0]')),
  rule: 'L1',
  source: 'derived: L1 for a buffer that is being exported; __vfio_pci_memory_enabled, v7.3',
  consequence:
    'importers get -ENODEV from a device that works, until the next call that gives access back',
};

const closedMeansUnlisted: Property = {
  id: 'closed-means-unlisted',
  kind: 'invariant',
  title: 'a buffer that somebody can reach is off the list and revoked once the device is closed',
  when: all(is('close', '#closed'), is('buf[0].file', 'open')),
  then: all(not(isListed('buf[0]')), isRevoked('buf[0]')),
  rule: 'S3',
  source: 'derived: S3, S5; vfio_pci_dma_buf_cleanup, v7.3',
  consequence: 'importers map a BAR that belongs to the next driver',
};

const exportReturns: Property = {
  id: 'export-returns',
  kind: 'leads-to',
  title: 'an export that has begun returns',
  when: not(isIdle('export')),
  then: is('export', '#exported', '#failed'),
  rule: 'L2',
  source: 'derived: L2',
  consequence: 'the ioctl hangs in D state',
};

const putMeansFreed: Property = {
  id: 'put-means-freed',
  kind: 'leads-to',
  title: 'a file that nobody has any more is freed',
  when: is('buf[0].file', 'put', 'releasing'),
  then: is('buf[0].file', 'freed', 'annulled'),
  rule: 'L2',
  source: 'derived: L2; __fput, vfio_pci_dma_buf_release, v7.3, which waits for memory_lock',
  consequence: 'close() of the fd hangs in D state, and so does the exit of the process',
};

const failedLeavesNothing: Property = {
  id: 'failed-leaves-nothing',
  kind: 'invariant',
  title: 'an export that failed leaves no file behind that nobody can close',
  when: all(is('export', '#failed'), isFree('dev[0].memory_lock')),
  then: not(is('buf[0].file', 'open', 'unpublished')),
  rule: 'S5',
  source: 'vfio_pci_core_feature_dma_buf, v7.3: dma_buf_put() where dma_buf_fd() fails',
  consequence:
    'nobody can close it: the buffer is never freed, and vfio-pci-core is never unloaded again',
};

const putFreesAll: Property = {
  id: 'put-frees-all',
  kind: 'invariant',
  title: 'once there is a dma-buf, export itself neither puts the registration nor frees priv',
  when: is('export', '#unwinds'),
  then: not(is('buf[0].dma_buf', 'alive', 'killed', 'freed')),
  rule: 'S8',
  source: 'vfio_pci_core_feature_dma_buf, v7.3: "dma_buf_put() now frees priv"',
  consequence: 'release() frees the same again: double free, and a reference to the device too few',
};

const memorySafe: Property = {
  id: 'memory-safe',
  kind: 'monitor',
  title: 'priv, the dma-buf and its file are there whenever they are used, and freed once',
  parts: ['buf[0].priv', 'buf[0].dma_buf', 'buf[0].file'],
  rule: 'S5',
  source: 'derived: KASAN; get_file_active, vfio_pci_dma_buf_release, v7.3',
  consequence: 'the kernel reads or writes memory that belongs to somebody else, or to nobody',
};

const registrationBalanced: Property = {
  id: 'registration-balanced',
  kind: 'monitor',
  title: 'the registration of the device is put once for each time it was taken, and unlinked once',
  parts: ['dev[0].registration', 'buf[0].listed'],
  rule: 'S5',
  source: 'vfio_pci_dma_buf_release, v7.3: "Either this or vfio_pci_dma_buf_cleanup()"',
  consequence: 'the device is freed while its file is open, or its unbind waits for ever',
};

/** Whatever a buffer holds it has given back when it is gone, and nobody holds one that is not used. */
export function givenBackRules(parts: readonly Part[]): Property[] {
  const idle = allAreIdle(parts);
  return [registrationGivenBack(idle), fileGivenBack(idle), privGivenBack(idle)];
}

function registrationGivenBack(idle: Predicate): Property {
  const held = (buffers: number) =>
    where('dev[0].registration', `held by ${buffers}`, (context) => context.buffers === buffers);
  return {
    id: 'registration-given-back',
    kind: 'invariant',
    title:
      'a buffer holds the registration of its device from its export to its release or cleanup',
    when: idle,
    then: said(
      // One that an export gave up before it was listed is released when the last fput() gets to it.
      any(
        all(isListed('buf[0]'), held(1)),
        all(not(isListed('buf[0]')), any(held(0), is('buf[0].priv', 'owned'))),
      ),
      'the registration is held by what is on the list or is still to be released',
      'a buffer that is gone holds the registration, or one on the list does not',
    ),
    rule: 'S5',
    source:
      'vfio_pci_dma_buf_release, vfio_pci_dma_buf_cleanup, v7.3: vfio_device_put_registration() with list_del_init()',
    consequence:
      'unbind waits for ever in vfio_unregister_group_dev(), or the device goes too early',
  };
}

function fileGivenBack(idle: Predicate): Property {
  return {
    id: 'file-given-back',
    kind: 'invariant',
    title: 'the file of a buffer is gone once no descriptor leads to it',
    when: said(
      all(idle, is('buf[0].fd', 'fds.none')),
      'every call has returned and no descriptor leads to buf[0]',
      'a call is under way, or a descriptor leads to buf[0]',
    ),
    then: said(
      not(is('buf[0].file', 'open', 'unpublished')),
      'nobody holds the file of buf[0]',
      'the file of buf[0] is held',
    ),
    rule: 'S5',
    source: 'derived: fs/file_table.c: __fput() when the last reference is put',
    consequence: 'the buffer is never freed, and vfio-pci-core is never unloaded again',
  };
}

function privGivenBack(idle: Predicate): Property {
  return {
    id: 'priv-given-back',
    kind: 'invariant',
    title: 'priv is freed once there is no dma-buf that owns it',
    when: said(
      all(idle, is('export', '#exported', '#failed'), is('buf[0].dma_buf', 'none', 'freed')),
      'the export is over and there is no dma-buf',
      'the export is not over, or there is a dma-buf',
    ),
    then: said(
      not(is('buf[0].priv', 'allocated', 'owned', 'cleaned')),
      'priv is not allocated',
      'priv is still allocated',
    ),
    rule: 'S5',
    source:
      'vfio_pci_dma_buf_release, vfio_pci_core_feature_dma_buf, v7.3: kfree(priv), err_free_priv',
    consequence: 'the kernel loses memory with each export, or with each that fails',
  };
}
