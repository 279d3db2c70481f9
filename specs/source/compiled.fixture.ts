/** A machine whose C is compiled: the text of its functions as it stands, and what runs it. */
export interface CompiledCase {
  /** The machine, by name and by how many of each its labels have. */
  readonly machine: string;
  readonly index?: Readonly<Record<string, number>>;
  /** Functions by file, callees first. */
  readonly functions: readonly (readonly [file: string, ...names: string[]])[];
  /** What else stands before them. */
  readonly before?: string;
  /** Members that are steps, which C reads and writes without a call. */
  readonly members?: readonly (readonly [RegExp, string])[];
  /** One run: the objects as they are before, the call, and the labels around it. */
  readonly once: string;
}

const VFIO = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
const CORE = 'drivers/vfio/pci/vfio_pci_core.c';
const DMA_BUF = 'drivers/dma-buf/dma-buf.c';
const PAGES = 'drivers/iommu/iommufd/pages.c';

const revoked: CompiledCase['members'] = [
  [/priv->revoked = true/g, 'of(priv->name, "revoked.set")'],
  [/priv->revoked = false/g, 'of(priv->name, "revoked.clear")'],
  [/priv->revoked\b/g, 'ask(priv->name, "revoked")'],
];
const lowPower: CompiledCase['members'] = [
  [/vdev->pm_runtime_engaged = true/g, 'of(vdev->name, "pm_runtime_engaged.set")'],
  [/vdev->pm_runtime_engaged = false/g, 'of(vdev->name, "pm_runtime_engaged.clear")'],
  [/if \(vdev->pm_runtime_engaged\)/g, 'if (ask(vdev->name, "pm_runtime_engaged"))'],
  [/vdev->pm_wake_eventfd_ctx = NULL/g, 'of(vdev->name, "pm_wake_eventfd.clear")'],
  [/if \(vdev->pm_wake_eventfd_ctx\)/g, 'if (ask(vdev->name, "pm_wake_eventfd"))'],
];

const moves = ['true', 'false'].map(
  (to): CompiledCase => ({
    machine: 'move',
    index: { b: 2 },
    functions: [[VFIO, 'vfio_pci_dma_buf_move']],
    members: revoked,
    before: 'static void fput(struct file *file) { of(buffer_of(file), "fput"); }',
    once: `begin(0, 2, 0); say("dev.move(${to}):begin"); vfio_pci_dma_buf_move(&devs[0], ${to}); say("dev.move(${to}):end");`,
  }),
);

const fputs = 'static void fput(struct file *file) { of(buffer_of(file), "fput"); }';
const frees = (step: string) =>
  `static void kfree(const void *object) { if (object == &privs[0]) of("buf", "${step}"); }`;

/** `return label(ret)`, by the value that the function answers. */
const returns = (call: string, labels: Readonly<Record<string, string>>) =>
  Object.entries(labels)
    .map(([value, outcome]) => `if (ret == ${value}) say("${call}:${outcome}");`)
    .join(' ');

const errnos = (...names: string[]) => Object.fromEntries(names.map((name) => [name, name]));

/** The functions of the kernel that are compiled. */
export const compiledCases: readonly CompiledCase[] = [
  ...moves,
  {
    machine: 'cleanup',
    index: { b: 2 },
    functions: [[VFIO, 'vfio_pci_dma_buf_cleanup']],
    before: fputs,
    once: 'begin(0, 2, 0); say("dev.cleanup:begin"); vfio_pci_dma_buf_cleanup(&devs[0]); say("dev.cleanup:end");',
  },
  {
    machine: 'release',
    functions: [[VFIO, 'vfio_pci_dma_buf_release']],
    members: [[/if \(priv->vdev\)/g, 'if (ask2(priv->name, "vdev", ":NULL", ":set"))']],
    before: frees('kfree(priv)'),
    once: 'begin(0, 0, 0); put_by = "buf"; say("buf.release:begin"); vfio_pci_dma_buf_release(&dmabufs[0]); say("buf.release:end");',
  },
  {
    machine: 'map_attachment',
    functions: [[VFIO, 'vfio_pci_dma_buf_map']],
    members: [
      [/priv->revoked/g, '0'],
      [/kref_get\(&priv->kref\);/g, ''],
    ],
    once: `begin(0, 0, 0); say("att.map:begin");
      long ret = (long)vfio_pci_dma_buf_map(&attachments[0], DMA_BIDIRECTIONAL);
      if (ret == (long)&sgt) say("att.map:ok");
      ${returns('att.map', errnos('-EINVAL', '-EADDRINUSE', '-ENOMEM'))}`,
  },
  {
    machine: 'map_attachment',
    functions: [[VFIO, 'vfio_pci_dma_buf_unmap']],
    members: [[/kref_put\(&priv->kref, vfio_pci_dma_buf_done\);/g, '']],
    once: `begin(0, 0, 0); say("att.unmap:begin");
      vfio_pci_dma_buf_unmap(&attachments[0], &sgt, DMA_BIDIRECTIONAL); say("att.unmap:ok");`,
  },
  ...['invalidate_mappings', 'invalidate_listed'].map(
    (machine): CompiledCase => ({
      machine,
      index: { a: 2 },
      functions: [[DMA_BUF, 'dma_buf_invalidate_mappings']],
      before: `
        static void called_back(struct dma_buf_attachment *attach)
        { of(attach->name, "invalidate:begin"); of(attach->name, "invalidate:end"); }
        static const struct dma_buf_attach_ops importer = { true, called_back };`,
      once: `begin(0, 0, 2); attachments_are_asked = ${machine === 'invalidate_listed'};
        for (int a = 0; a < 2; a++) attachments[a].importer_ops = &importer;
        say("buf.invalidate_mappings:begin"); dma_buf_invalidate_mappings(&dmabufs[0]);
        say("buf.invalidate_mappings:end");`,
    }),
  ),
  ...(['revocable', 'no_callback'] as const).map(
    (kind): CompiledCase => ({
      machine: `attach/${kind}`,
      functions: [
        [VFIO, 'vfio_pci_dma_buf_attach'],
        [DMA_BUF, 'dma_buf_dynamic_attach'],
      ],
      members: [
        [
          /kzalloc_obj\(\*attach\)/g,
          '(ask2("att", "kzalloc", ":-ENOMEM", ":ok") ? &attachments[0] : NULL)',
        ],
        [/!attachment->peer2peer/g, '!(say("att.peer2peer:true"), true)'],
        ...revoked,
      ],
      before: `
        static bool dma_buf_attach_revocable(struct dma_buf_attachment *attach)
        { say("att.revocable:${kind === 'revocable'}"); return ${kind === 'revocable'}; }
        static void list_add(struct list_head *entry, struct list_head *head)
        { of("att", "list_add"); }
        static void kfree(const void *object) { of("att", "kfree"); }
        #define DMA_BUF_TRACE(...) ((void)0)
        static const struct dma_buf_attach_ops importer = { true, NULL };`,
      once: `static struct dma_buf_ops ops; begin(0, 0, 0); ops.attach = vfio_pci_dma_buf_attach;
        dmabufs[0].ops = &ops; say("att.attach:begin");
        long ret = (long)dma_buf_dynamic_attach(&dmabufs[0], &devs[0].own.dev, &importer, NULL);
        if (ret == (long)&attachments[0]) say("att.attach:ok");
        ${returns('att.attach', errnos('-ENODEV', '-EOPNOTSUPP', '-ENOMEM'))}`,
    }),
  ),
  {
    machine: 'hot_reset',
    index: { i: 2 },
    functions: [[CORE, 'vfio_pci_dev_set_hot_reset']],
    members: [[/vdev->vdev\.open_count/g, 'ask(vdev->name, "open_count")']],
    once: `begin(2, 0, 0); say("bus.hot_reset:begin");
      int ret = vfio_pci_dev_set_hot_reset(&dev_set, NULL, NULL);
      ${returns('bus.hot_reset', { 0: 'ok', '-EPERM': 'failed', ...errnos('-EINVAL', '-EBUSY', '-ENOTTY') })}`,
  },
  {
    machine: 'device_reset',
    functions: [[CORE, 'vfio_pci_ioctl_reset']],
    members: [[/vdev->reset_works/g, 'ask(vdev->name, "reset_works")']],
    once: `begin(0, 0, 0); say("dev.device_reset:begin");
      int ret = vfio_pci_ioctl_reset(&devs[0], NULL);
      ${returns('dev.device_reset', { 0: 'ok', '-EPERM': 'failed', '-EAGAIN': 'failed', '-EINVAL': '-EINVAL' })}`,
  },
  {
    machine: 'low_power_entry',
    functions: [[CORE, 'vfio_pci_runtime_pm_entry']],
    members: lowPower,
    once: `begin(0, 0, 0); say("dev.low_power_entry:begin");
      int ret = vfio_pci_runtime_pm_entry(&devs[0], NULL);
      ${returns('dev.low_power_entry', { 0: 'ok', '-EINVAL': '-EINVAL' })}`,
  },
  {
    machine: 'low_power_exit',
    functions: [[CORE, '__vfio_pci_runtime_pm_exit', 'vfio_pci_runtime_pm_exit']],
    members: lowPower,
    once: 'begin(0, 0, 0); say("dev.low_power_exit:begin"); vfio_pci_runtime_pm_exit(&devs[0]); say("dev.low_power_exit:ok");',
  },
  {
    machine: 'runtime_resume',
    functions: [[CORE, '__vfio_pci_runtime_pm_exit', 'vfio_pci_core_runtime_resume']],
    members: lowPower,
    once: 'begin(0, 0, 0); say("dev.runtime_resume:begin"); vfio_pci_core_runtime_resume(&devs[0].own.dev); say("dev.runtime_resume:end");',
  },
  {
    machine: 'revoke_notify',
    functions: [[PAGES, 'iopt_revoke_notify']],
    members: [[/pages->dmabuf\.phys\.len = 0/g, 'of("att", "pages.phys.clear")']],
    before: `
      struct iopt_area { int any; };
      struct iommu_domain { int any; };
      struct iopt_pages_dmabuf_track { struct list_head elm; struct iopt_area *area; struct iommu_domain *domain; };
      struct iopt_pages { struct mutex mutex; struct { struct list_head tracker; } dmabuf; };
      static struct iopt_pages pages_; static struct iopt_pages_dmabuf_track track_;
      static bool iopt_dmabuf_revoked(struct iopt_pages *pages) { return ask("att", "pages.revoked"); }
      static unsigned long iopt_area_index(struct iopt_area *area) { return 0; }
      static unsigned long iopt_area_last_index(struct iopt_area *area) { return 0; }
      static void iopt_area_unmap_domain_range(struct iopt_area *area, struct iommu_domain *domain, unsigned long from, unsigned long to)
      { of("att", "iommu.unmap"); }`,
    once: `begin(0, 0, 0); pages_.mutex.name = "att.pages"; list_init(&pages_.dmabuf.tracker);
      list_append(&track_.elm, &pages_.dmabuf.tracker); attachments[0].importer_priv = &pages_;
      say("att.invalidate:begin"); iopt_revoke_notify(&attachments[0]); say("att.invalidate:end");`,
  },
  {
    machine: 'release_pages',
    functions: [[PAGES, 'iopt_release_pages']],
    before: `
      #define RB_EMPTY_ROOT(root) 1
      #define xa_empty(xa) 1
      #define IOPT_ADDRESS_FILE 2
      struct rb { int rb_root; };
      struct iopt_pages { struct kref kref; struct mutex mutex; struct rb access_itree, domains_itree; int npinned, pinned_pfns, type;
        struct file *file; void *source_mm, *source_task, *source_user;
        struct { struct dma_buf_attachment *attach; struct list_head tracker; } dmabuf; };
      static struct iopt_pages pages_;
      static bool iopt_is_dmabuf(struct iopt_pages *pages) { return true; }
      static void dma_buf_put(struct dma_buf *dmabuf) { }
      static void fput(struct file *file) { }
      static void mmdrop(void *mm) { } static void put_task_struct(void *task) { } static void free_uid(void *uid) { }
      static void kfree(const void *object) { of("att", "pages.kfree"); }`,
    once: `begin(0, 0, 0); pages_.mutex.name = "att.pages"; pages_.dmabuf.attach = &attachments[0]; list_init(&pages_.dmabuf.tracker);
      say("att.release_pages:begin"); iopt_release_pages(&pages_.kref); say("att.release_pages:end");`,
  },
  {
    machine: 'munmap',
    functions: [['mm/vma.c', '__vm_munmap']],
    before: `
      struct mm_struct { int any; }; static struct mm_struct mm_;
      static struct { struct mm_struct *mm; } *current, current_ = { &mm_ };
      #define LIST_HEAD(name) struct list_head name
      #define VMA_ITERATOR(name, mm, start) int name
      static int mmap_write_lock_killable(struct mm_struct *mm) { say("mm.mmap_lock.down_write"); return 0; }
      static void mmap_write_unlock(struct mm_struct *mm) { say("mm.mmap_lock.up_write"); }
      static int do_vmi_munmap(int *vmi, struct mm_struct *mm, unsigned long start, size_t len, struct list_head *uf, bool unlock) { return 0; }
      static void userfaultfd_unmap_complete(struct mm_struct *mm, struct list_head *uf) { }`,
    once: 'begin(0, 0, 0); current = (void *)&current_; say("vma.munmap:begin"); if (__vm_munmap(0, 1, false) == 0) say("vma.munmap:ok");',
  },
  ...(['fput', 'fput_o_path'] as const).map(
    (machine): CompiledCase => ({
      machine,
      functions: [
        [DMA_BUF, 'dma_buf_release', 'dma_buf_file_release'],
        ['fs/file_table.c', '__fput'],
      ],
      members: [
        [
          /dmabuf = dentry->d_fsdata;/g,
          machine === 'fput'
            ? 'dmabuf = ask2("buf", "d_fsdata", ":NULL", ":set") ? &dmabufs[0] : NULL;'
            : 'dmabuf = &dmabufs[0]; say("buf.d_fsdata:set");',
        ],
      ],
      before: `
        #define FMODE_OPENED 1
        #define FMODE_PATH 2
        #define FMODE_NEED_UNMOUNT 4
        #define FASYNC 8
        #define S_ISCHR(mode) 0
        static void fsnotify_close(struct file *file) { } static void eventpoll_release(struct file *file) { }
        static void locks_remove_file(struct file *file) { } static void security_file_release(struct file *file) { }
        static void fops_put(const void *ops) { } static void file_f_owner_release(struct file *file) { }
        static void put_file_access(struct file *file) { } static void cdev_put(void *cdev) { }
        static void dissolve_on_fput(struct vfsmount *mnt) { } static void mntput(struct vfsmount *mnt) { }
        static void dma_resv_fini(struct dma_resv *resv) { } static void module_put(struct module *owner) { }
        static bool is_dma_buf_file(struct file *file) { return true; }
        static void __dma_buf_list_del(void *dmabuf) { ${machine === 'fput' ? 'of("buf", "file_release");' : ''} }
        static void kfree(const void *object) { if (object == &dmabufs[0]) of("buf", "kfree(dmabuf)"); }
        static void file_free(struct file *file) { ${machine === 'fput' ? 'of("buf", "file_free");' : ''} }
        static void dma_buf_release(struct dentry *dentry);
        static void dput(struct dentry *dentry) { if (ask2("buf", "dput", ":more", ":last")) dma_buf_release(dentry); }
        static void released(struct dma_buf *dmabuf) { of("buf", "release:begin"); of("buf", "release:end"); }`,
      once: `static struct dma_buf_ops ops; static struct file_operations fops; begin(0, 0, 0);
        ops.release = released; dmabufs[0].ops = &ops;
        ${machine === 'fput' ? 'fops.release = dma_buf_file_release;' : ''}
        files[0].f_op = &fops; files[0].f_mode = choose(2) ? FMODE_OPENED : 0;
        say("buf.__fput"); __fput(&files[0]);`,
    }),
  ),
  {
    machine: 'probe',
    functions: [[CORE, 'vfio_pci_core_init_dev']],
    before: `
      #define VFIO_PCI_NUM_IRQS 5
      static void mutex_init(struct mutex *mutex) { } static void spin_lock_init(int *lock) { } static void xa_init(int *xa) { }
      static void init_rwsem(struct rw_semaphore *lock) { of("dev", "init_rwsem(memory_lock)"); }
      static int pcim_p2pdma_init(struct pci_dev *pdev) { return ANSWER("dev", "pcim_p2pdma_init", 0, -EOPNOTSUPP, -ENOMEM); }`,
    once: `begin(0, 0, 0); say("dev.probe:begin");
      int ret = vfio_pci_core_init_dev(&devs[0].vdev); ${returns('dev.probe', { 0: 'ok', '-ENOMEM': '-ENOMEM' })}`,
  },
  {
    machine: 'feature_dma_buf',
    functions: [
      [DMA_BUF, 'dma_buf_export', 'dma_buf_fd', 'dma_buf_put'],
      [VFIO, 'vfio_pci_core_get_dmabuf_phys', 'vfio_pci_core_feature_dma_buf'],
    ],
    members: [
      [/!vdev->pci_ops \|\|/g, '!ask("dev", "pci_ops") ||'],
      [/!vdev->pci_ops->get_dmabuf_phys\)/g, '!ask("dev", "get_dmabuf_phys"))'],
      [
        /kzalloc_obj\(\*priv\)/g,
        '(void *)(ask2("buf", "kzalloc", ":-ENOMEM", ":ok") ? &privs[0] : NULL)',
      ],
      [
        /kzalloc_objs\([^;]*\);/g,
        '(void *)(ask2("buf", "kzalloc(phys_vec)", ":-ENOMEM", ":ok") ? &phys : NULL);',
      ],
      [
        /priv->revoked = !__vfio_pci_memory_enabled\(vdev\);/g,
        '{ bool is = !__vfio_pci_memory_enabled(vdev); of("buf", is ? "revoked.set" : "revoked.clear"); }',
      ],
    ],
    before: exportStubs(),
    once: `begin(0, 0, 0); devs[0].pci_ops = &ops_; say("buf.export:begin");
      int ret = vfio_pci_core_feature_dma_buf(&devs[0], 0, NULL, 0);
      ${returns('buf.export', { 1: 'ok', ...errnos('-EOPNOTSUPP', '-EINVAL', '-ENODEV', '-ENOMEM', '-EMFILE', '-EFAULT', '-EOVERFLOW') })}`,
  },
];

/** What the export of a buffer calls and names. */
function exportStubs(): string {
  return `
    struct vfio_device_feature_dma_buf { u32 region_index, open_flags, flags, nr_ranges; int dma_ranges; };
    struct vfio_region_dma_range { u64 offset, length; };
    struct dma_buf_export_info { const char *exp_name; struct module *owner; const struct dma_buf_ops *ops; size_t size; int flags; struct dma_resv *resv; void *priv; };
    #define DEFINE_DMA_BUF_EXPORT_INFO(name) struct dma_buf_export_info name = { .resv = &resvs[0] }
    #define VFIO_DEVICE_FEATURE_GET 1
    #define VFIO_PCI_ROM_REGION_INDEX 6
    struct vfio_pci_device_ops { int (*get_dmabuf_phys)(struct vfio_pci_core_device *, struct p2pdma_provider **, unsigned int, struct phys_vec *, struct vfio_region_dma_range *, size_t); };
    static int vfio_pci_core_get_dmabuf_phys(struct vfio_pci_core_device *, struct p2pdma_provider **, unsigned int, struct phys_vec *, struct vfio_region_dma_range *, size_t);
    static const struct vfio_pci_device_ops ops_ = { vfio_pci_core_get_dmabuf_phys };
    static struct phys_vec phys; static struct file made_;
    static int attach_(struct dma_buf *d, struct dma_buf_attachment *a) { return 0; }
    static struct sg_table *map_(struct dma_buf_attachment *a, enum dma_data_direction d) { return NULL; }
    static void unmap_(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction d) { }
    static void release_(struct dma_buf *d) { }
    static const struct dma_buf_ops vfio_pci_dmabuf_ops = { attach_, map_, unmap_, release_ };
    /* The header has one step, the last of its tests. */
    static int vfio_check_feature(u32 flags, size_t size, u32 ops, size_t least)
    { return choose(2) ? ANSWER("buf", "vfio_check_feature", -EINVAL) : 1; }
    static unsigned long copy_from_user(void *to, const void *from, size_t size)
    { struct vfio_device_feature_dma_buf *header = to;
      header->nr_ranges = 1;
      if (choose(2)) { ANSWER("buf", "vfio_check_feature", -EFAULT); return 1; }
      header->flags = ask2("buf", "vfio_check_feature", ":1", ":-EINVAL");
      return 0; }
    static void *vfio_pci_core_get_iomap(struct vfio_pci_core_device *vdev, unsigned int bar)
    { return ask("dev", "bar_claimed") ? (void *)vdev : ERR_PTR(-ENODEV); }
    static void *memdup_array_user(const void *from, size_t n, size_t size)
    { return choose(2) ? ERR_PTR(ANSWER("buf", "validate_dmabuf_input", -EFAULT, -ENOMEM)) : (void *)&phys; }
    static int validate_dmabuf_input(struct vfio_device_feature_dma_buf *header, struct vfio_region_dma_range *ranges, size_t *length)
    { return ask2("buf", "validate_dmabuf_input", ":0", ":-EINVAL") ? -EINVAL : 0; }
    static struct p2pdma_provider *pcim_p2pdma_provider(struct pci_dev *pdev, int bar)
    { return ask2("dev", "pcim_p2pdma_provider", ":NULL", ":ok") ? &provider : NULL; }
    static int vfio_pci_core_fill_phys_vec(struct phys_vec *vec, struct vfio_region_dma_range *ranges, size_t n, u64 start, u64 len)
    { return ANSWER("buf", "fill_phys_vec", 0, -EINVAL, -EOVERFLOW); }
    #define pci_resource_start(pdev, bar) 0
    #define pci_resource_len(pdev, bar) 0
    static bool try_module_get(struct module *module) { return true; }
    static void module_put(struct module *module) { }
    static struct file *dma_buf_getfile(size_t size, int flags)
    { made_.f_path.dentry = &dentries[0];
      return ANSWER("buf", "dma_buf_getfile", 0, -ENOMEM) ? ERR_PTR(-ENOMEM) : &made_; }
    static void *kzalloc(size_t size, int flags)
    { dmabufs[0].file = NULL; return ANSWER("buf", "dma_buf_export", 0, -ENOMEM) ? NULL : &dmabufs[0]; }
    static void fput(struct file *file)
    { of("buf", dmabufs[0].file == file ? "dma_buf_put" : "fput"); }
    static void kfree(const void *object) { if (object == &privs[0]) of("buf", "kfree(priv)"); }
    static void spin_lock_init(int *lock) { } static void init_waitqueue_head(int *poll) { }
    static void dma_resv_init(struct dma_resv *resv) { } static void __dma_buf_list_add(struct dma_buf *dmabuf) { }
    #define trace_dma_buf_export "export"
    #define trace_dma_buf_fd "dma_buf_fd.tracepoint"
    #define trace_dma_buf_put "dma_buf_put.tracepoint"
    #define DMA_BUF_TRACE(trace, ...) do { if (strcmp(trace, "export")) of("buf", trace); } while (0)
    static int get_unused_fd_flags(int flags)
    { return ANSWER("buf", "dma_buf_fd", 0, -EMFILE) ? -EMFILE : 1; }
    static void fd_install(int fd, struct file *file) { of("buf", "fd_install"); }`;
}
