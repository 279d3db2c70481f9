const ARGUMENTS = 'what the caller passes is a table of its own';

/**
 * What `vfio_pci_core_feature_dma_buf()` is as C, with the functions of dma-buf that it calls. What
 * the caller passes is one choice for the header and one for the ranges.
 */
export const exportInC = {
  function: 'vfio_pci_core_feature_dma_buf',
  file: 'drivers/vfio/pci/vfio_pci_dmabuf.c',
  also: ['drivers/dma-buf/dma-buf.c', 'include/uapi/linux/vfio.h'],
  entries: [
    {
      begins: 'buf.export:begin',
      parameters: { vdev: '@dev' },
      returns: {
        'buf.export:ok': ['0', '1'],
        'buf.export:-EOPNOTSUPP': '-EOPNOTSUPP',
        'buf.export:-EINVAL': '-EINVAL',
        'buf.export:-ENODEV': '-ENODEV',
        'buf.export:-ENOMEM': '-ENOMEM',
        'buf.export:-EMFILE': '-EMFILE',
        'buf.export:-EFAULT': '-EFAULT',
        'buf.export:-EOVERFLOW': '-EOVERFLOW',
      },
    },
  ],
  leads: { 'dev.pci_ops': '@pci_ops' },
  pointers: { get_dmabuf_phys: 'vfio_pci_core_get_dmabuf_phys' },
  rows: [
    {
      c: '$dev->pci_ops',
      label: '{dev}.pci_ops',
      returns: { true: '1', false: '0' },
      tested: true,
    },
    {
      c: '$pci_ops->get_dmabuf_phys',
      label: '{dev}.get_dmabuf_phys',
      returns: { true: '1', false: '0' },
      tested: true,
    },
    {
      c: 'vfio_check_feature($_, $_, $_, $_)',
      label: '{buf}.vfio_check_feature',
      returns: { passed: '1', '-EINVAL': '-EINVAL' },
      runs: { passed: [] },
      because: 'it is not VFIO_DEVICE_FEATURE_PROBE, which asks only',
    },
    {
      c: 'copy_from_user(&get_dma_buf, $_, $_)',
      label: '{buf}.vfio_check_feature',
      returns: { passed: '0', '-EFAULT': '1' },
      runs: { passed: [] },
      because: 'the last test of the header is its step',
    },
    { c: 'get_dma_buf.nr_ranges', is: '1', because: ARGUMENTS },
    {
      c: 'get_dma_buf.flags',
      label: '{buf}.vfio_check_feature',
      returns: { 1: '0', '-EINVAL': '1' },
    },
    { c: 'get_dma_buf.region_index', is: '0', because: ARGUMENTS },
    {
      c: 'vfio_pci_core_get_iomap($dev, $_)',
      label: '{dev}.bar_claimed',
      returns: { true: 'some', false: 'ERR_PTR(-ENODEV)' },
    },
    {
      c: 'vfio_pci_core_setup_barmap($dev, $_)',
      label: '{dev}.bar_claimed',
      returns: { true: '0', false: '-EBUSY' },
    },
    {
      c: 'memdup_array_user($_, $_, $_)',
      label: '{buf}.validate_dmabuf_input',
      returns: { copied: 'some', '-EFAULT': 'ERR_PTR(-EFAULT)', '-ENOMEM': 'ERR_PTR(-ENOMEM)' },
      runs: { copied: [] },
      because: 'the test of the ranges is its step',
    },
    {
      c: 'validate_dmabuf_input($_, $_, $_)',
      label: '{buf}.validate_dmabuf_input',
      returns: { 0: '0', '-EINVAL': '-EINVAL' },
    },
    {
      c: 'kzalloc_obj(*priv)',
      label: '{buf}.kzalloc',
      returns: { ok: '@buf', '-ENOMEM': 'NULL' },
    },
    {
      c: 'kzalloc(sizeof(*priv), $_)',
      label: '{buf}.kzalloc',
      returns: { ok: '@buf', '-ENOMEM': 'NULL' },
    },
    {
      c: 'kzalloc_objs($_, $_)',
      label: '{buf}.kzalloc(phys_vec)',
      returns: { ok: 'some', '-ENOMEM': 'NULL' },
    },
    {
      c: 'kcalloc($_, sizeof(*priv->phys_vec), $_)',
      label: '{buf}.kzalloc(phys_vec)',
      returns: { ok: 'some', '-ENOMEM': 'NULL' },
    },
    {
      c: 'pcim_p2pdma_provider($dev, $_)',
      label: '{dev}.pcim_p2pdma_provider',
      returns: { ok: 'some', NULL: 'NULL' },
    },
    {
      c: 'vfio_pci_core_fill_phys_vec($_, $rest)',
      label: '{buf}.fill_phys_vec',
      returns: { ok: '0', '-EINVAL': '-EINVAL', '-EOVERFLOW': '-EOVERFLOW' },
    },
    {
      c: 'vfio_device_try_get_registration(&$dev->vdev)',
      label: '{buf}.try_get_registration',
      returns: { ok: '1', '-ENODEV': '0' },
    },
    { c: 'try_module_get($_)', is: '1', because: 'the module is the one whose ioctl this is' },
    {
      c: 'dma_buf_getfile($_, $_)',
      label: '{buf}.dma_buf_getfile',
      returns: { ok: '@file', '-ENOMEM': 'ERR_PTR(-ENOMEM)' },
    },
    {
      c: 'kzalloc($_, $_)',
      label: '{buf}.dma_buf_export',
      returns: { ok: '@buf', '-ENOMEM': 'NULL' },
    },
    { c: '$buf->resv = $_', because: 'its dma_resv is its own' },
    { c: '$buf->file = $file', because: 'the dma-buf has the reference from here on' },
    { c: '$buf->file', is: 'some', because: 'dma_buf_export() has set it' },
    { c: 'fput($file)', label: '{buf}.fput' },
    { c: 'fput($buf->file)', label: '{buf}.dma_buf_put' },
    {
      c: 'get_unused_fd_flags($_)',
      label: '{buf}.dma_buf_fd',
      // 0 is a number of a file as any.
      returns: { ok: ['0', '1'], '-EMFILE': '-EMFILE' },
    },
    { c: 'DMA_BUF_TRACE(trace_dma_buf_fd, $buf, $_)', label: '{buf}.dma_buf_fd.tracepoint' },
    { c: 'DMA_BUF_TRACE(trace_dma_buf_put, $buf)', label: '{buf}.dma_buf_put.tracepoint' },
    { c: 'fd_install($_, $_)', label: '{buf}.fd_install' },
  ],
} as const;
