import { type Call, call } from 'xstate-check';
import { contractCalls } from '../shared/contract-calls.ts';

const SOURCE = 'derived: a compositor and the GPU driver below it';

/** The calls of a compositor, beside those of a device, its buffers and their attachments. */
export const screenCalls: readonly Call[] = [
  ...contractCalls,
  call('screen.import', 'compositor', {
    caller: 'user',
    spans: true,
    outcomes: ['ok', '-ENODEV'],
    written: 'DRM_IOCTL_PRIME_FD_TO_HANDLE of every piece',
    source: SOURCE,
  }),
  call('screen.show', 'compositor', {
    caller: 'user',
    spans: true,
    outcomes: ['ok', '-ENODEV', '-EINVAL', '-EADDRINUSE', '-ENOMEM'],
    written: 'DRM_IOCTL_MODE_ATOMIC: the framebuffer on the plane',
    source: SOURCE,
  }),
  call('screen.blank', 'compositor', {
    caller: 'user',
    spans: true,
    written: 'DRM_IOCTL_MODE_ATOMIC: no framebuffer on the plane',
    source: SOURCE,
  }),
  call('screen.flip', 'screen', { written: 'the CRTC scans the framebuffer out', source: SOURCE }),
  call('screen.hide', 'screen', {
    written: 'the CRTC does not scan the framebuffer out',
    source: SOURCE,
  }),
  call('screen.lock.mutex_lock', 'mutex', {
    blocks: 'lock',
    written: 'lock what a flip needs',
    source: SOURCE,
  }),
  call('screen.lock.mutex_unlock', 'mutex', {
    written: 'unlock what a flip needs',
    source: SOURCE,
  }),
  call('bo.mapped', 'bo', {
    outcomes: ['true', 'false'],
    written: { true: 'bo{bo}->ttm->sg', false: '!bo{bo}->ttm->sg' },
    source: 'struct ttm_tt, v7.3',
  }),
];
