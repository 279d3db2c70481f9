import { attach } from '../../machines/importers/attach.procedure.ts';
import { pin } from '../../machines/importers/pin.resource.ts';
import { accessPin } from '../../machines/iommufd/access-pin.procedure.ts';
import { mapFile } from '../../machines/iommufd/map-file.procedure.ts';
import { asOf, type Design, happens } from '../revisions/index.ts';

/** Whether a version lets an importer attach that cannot be told to stop. */
export function attachesAnybody(design: Design): boolean {
  return happens(asOf(design, attach('no_callback')), 'att.attach:ok');
}

/** Whether dma_buf_pin() of a buffer of vfio-pci succeeds. */
export function pinSucceeds(design: Design): boolean {
  return happens(asOf(design, pin()), 'pin:ok');
}

/** Whether iommufd pins what it imports. */
export function iommufdPins(design: Design): boolean {
  return happens(asOf(design, mapFile('one')), 'att.pin:ok');
}

/** Whether iommufd's access path takes locks for the pages of a dma-buf, which has none. */
export function accessLocks(design: Design): boolean {
  return happens(asOf(design, accessPin()), 'att.pages.mutex_lock');
}
