// Truth: what the RFC states; where it is silent, derived.
/** The series under review: its cover letter, and the one patch of it that could be read. */
export const RFC0 =
  '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10, <20260610151853.3608948-1-praan@google.com>';
export const RFC1 =
  '[RFC PATCH 1/5] vfio: Add UAPI for ZONE_DEVICE-backed P2P registration, 2026-06-10, <20260610151853.3608948-2-praan@google.com>';
