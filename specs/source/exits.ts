/*
 * Ways out of the functions that machines stand for, in 7.3.4, that no run of a machine takes: what can
 * happen in the C and is not drawn, mostly a call that fails. Each is known by its text, and says why.
 */

const ASSERTED = 'a caller within the kernel that is wrong: nobody calls it so';
const CONFIGURED = 'another configuration of the kernel';
const NO_PIN = 'vfio-pci has no pin';
const STATIC = 'static attachments, which vfio-pci refuses (-EOPNOTSUPP)';
const NO_SIGNAL = 'a wait that no signal ends and that has no limit does not fail';
const ARGUMENTS = 'arguments are a table, not states (docs/export-arguments.md)';
const ONE_AREA =
  'one area, whole, in one domain, without accesses: other states of it are not drawn (docs/operations.md)';
const ACCESS = 'not drawn: an access of config space that fails, but for PCI_COMMAND';
const SIGNAL =
  'mmap_write_lock_killable() ends for a fatal signal alone: the task holds nothing, and never reads the answer';
const BRIDGE =
  'not drawn: the lock of a bridge that somebody has, so that the last close resets nothing';
const ACCESSES = 'accesses of iommufd, of which a dma-buf refuses the first';
const NVGRACE = 'not drawn: memory of nvgrace that is not ready after a reset';

const each = (why: string, ...exits: readonly string[]): Record<string, string> =>
  Object.fromEntries(exits.map((exit) => [exit, why]));

export const exits: Readonly<Record<string, string>> = {
  ...each(
    ASSERTED,
    'dma_buf_detach: return;',
    'dma_buf_dynamic_attach: return ERR_PTR(-EINVAL);',
    'dma_buf_export: return ERR_PTR(-EINVAL);',
    'dma_buf_export: return ERR_PTR(-EINVAL); (2)',
    'dma_buf_fd: return -EINVAL;',
    'dma_buf_map_attachment: return ERR_PTR(-EINVAL);',
    'dma_buf_map_attachment_unlocked: return ERR_PTR(-EINVAL);',
    'dma_buf_phys_vec_to_sgt: return ERR_PTR(-EINVAL);',
    'dma_buf_put: return;',
    'dma_buf_unmap_attachment: return;',
    'dma_buf_unmap_attachment_unlocked: return;',
    'iopt_dmabuf_track_all_domains: return -EINVAL;',
    'iopt_dmabuf_track_domain: return -EINVAL;',
    'iopt_dmabuf_track_domain: return -EINVAL; (2)',
    'pci_p2pdma_add_resource: return -EINVAL; (4)',
    'vfio_df_close: return;',
  ),
  ...each(
    CONFIGURED,
    'dma_buf_unwrap_sg_table: return;',
    'iopt_alloc_dmabuf_pages: return ERR_PTR(-EOPNOTSUPP);',
    'sym_vfio_pci_dma_buf_iommufd_map: return -EOPNOTSUPP;',
    'sym_vfio_pci_dma_buf_iommufd_map: return rc;',
    'vfio_pci_vmf_insert_pfn: return VM_FAULT_FALLBACK;',
  ),
  ...each(
    'the module is there: it has made the buffer, or has the device open',
    'sym_vfio_pci_dma_buf_iommufd_map: return -EOPNOTSUPP; (2)',
    'dma_buf_export: return ERR_PTR(-ENOENT);',
  ),
  ...each(
    'what is imported is no buffer of vfio-pci',
    'vfio_pci_dma_buf_iommufd_map: return -EOPNOTSUPP;',
    'iopt_map_file_pages: return -EBADF;',
    'iopt_map_file_pages: return PTR_ERR(pages); (2)',
  ),
  ...each(
    NO_PIN,
    'dma_buf_map_attachment: return ERR_PTR(ret);',
    'iopt_map_dmabuf: goto err_detach;',
  ),
  ...each(STATIC, 'dma_buf_map_attachment: goto error_unmap;'),
  ...each(
    NO_SIGNAL,
    'ib_umem_dmabuf_map_pages: return ret;',
    'ib_umem_dmabuf_map_pages: return -ETIMEDOUT;',
  ),
  ...each(
    ARGUMENTS,
    'irdma_reg_user_mr_dmabuf: return ERR_PTR(-EOPNOTSUPP);',
    'ib_umem_dmabuf_get_with_dma_device: return ERR_CAST(dmabuf);',
    'ib_umem_dmabuf_get_with_dma_device: goto out_free_umem;',
    'pci_p2pdma_add_resource: return -EINVAL; (2)',
    'irdma_dereg_mr: return ret;',
  ),
  ...each(
    'regions with page faults map again: they are drawn as what they do, in spdk-odp',
    'ib_umem_dmabuf_map_pages: goto wait_fence;',
  ),
  ...each(
    'regions of user rings, of other types, and those that are no dma-buf',
    'irdma_dereg_mr: return -EBUSY;',
    'irdma_dereg_mr: goto done;',
    'irdma_dereg_mr: return ret; (2)',
  ),
  ...each(
    ONE_AREA,
    'iopt_area_fill_domains: return 0;',
    'iopt_area_fill_domains: goto out_unmap; (3)',
    'iopt_area_unfill_domains: goto out_unlock;',
    'iopt_unmap_iova_range: goto out_unlock_iova;',
    'iopt_unmap_iova_range: goto out_unlock_iova; (2)',
    'iopt_unmap_iova_range: goto out_unlock_iova; (3)',
    'iopt_unmap_iova_range: goto out_unmapped;',
    'iopt_unmap_iova_range: goto again;',
  ),
  ...each(
    ACCESSES,
    'iopt_area_add_access: return 0;',
    'iopt_area_add_access: return 0; (2)',
    'iopt_area_add_access: return rc;',
    'iopt_area_add_access: goto err_unlock;',
    'iopt_area_add_access: goto err_free;',
  ),
  ...each(
    ACCESS,
    'vfio_pm_config_write: return count;',
    'vfio_exp_config_write: return count;',
    'vfio_af_config_write: return count;',
  ),
  ...each('close gives no eventfd', 'vfio_pci_eventfd_replace_locked: return -ENOMEM;'),
  ...each(BRIDGE, 'vfio_pci_core_disable: goto out_restore_state;'),
  ...each(SIGNAL, '__vm_munmap: return -EINTR;'),
  ...each('memory that has pages, and not a BAR', 'vaddr_get_pfns: goto done;'),
  ...each(
    'the fault handler of vfio-pci keeps mmap_lock',
    'follow_fault_pfn: return -EAGAIN;',
    'vaddr_get_pfns: goto retry;',
  ),
  ...each(
    NVGRACE,
    'nvgrace_gpu_read_mem: return ret;',
    'nvgrace_gpu_read_mem: return ret; (2)',
    'nvgrace_gpu_check_device_ready: return -EIO;',
    'nvgrace_gpu_check_device_ready: return ret;',
    'nvgrace_gpu_check_device_ready: return 0; (2)',
  ),
  ...each(
    'BAR 0 of the GPU is one of memory, and pcim_p2pdma_init() was called',
    'nvgrace_get_dmabuf_phys: return -EINVAL;',
  ),
};
