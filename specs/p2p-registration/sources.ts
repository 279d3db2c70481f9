/** The cover letter of the series under review. */
export const RFC0 =
  '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10, <20260610151853.3608948-1-praan@google.com>';
