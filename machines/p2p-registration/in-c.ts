// Truth: the C of v7.3.
/** What the C of P2PDMA says of a device and its pool, for the comparisons. */
export const p2pdmaInC = {
  leads: { 'dev.p2pdma': 'dev' },
  rows: [
    { c: 'rcu_read_lock()', label: 'rcu_read_lock' },
    { c: 'rcu_read_unlock()', label: 'rcu_read_unlock' },
    {
      c: 'synchronize_rcu()',
      label: 'rcu.sync',
      returns: { end: 'void' },
      spans: true,
    },
    {
      c: '$dev->p2pdma',
      label: '{dev}.p2pdma',
      returns: { set: '@dev', NULL: 'NULL' },
      tested: true,
    },
    {
      c: '$dev->pool',
      label: '{dev}.pool',
      returns: { set: '1', NULL: 'NULL' },
      tested: true,
    },
    { c: '$dev->p2pdma = NULL', label: '{dev}.p2pdma.clear' },
    { c: '$dev->pool = NULL', label: '{dev}.pool.clear' },
    { c: 'gen_pool_size($_)', label: 'dev.gen_pool_size' },
    { c: 'gen_pool_destroy($_)', label: 'dev.gen_pool_destroy' },
    { c: 'xa_destroy($_)', label: 'dev.xa_destroy' },
    {
      c: 'sysfs_remove_group($_, $_)',
      label: 'dev.sysfs_remove_group',
      returns: { end: 'void' },
      spans: true,
    },
  ],
} as const;
