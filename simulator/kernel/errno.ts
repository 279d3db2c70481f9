/** The errno values that the simulated functions return, by their names. */
export type Errno =
  | '-EBADF'
  | '-EBUSY'
  | '-EEXIST'
  | '-EFAULT'
  | '-EINVAL'
  | '-EIO'
  | '-EAGAIN'
  | '-EMFILE'
  | '-ENODEV'
  | '-ENOMEM'
  | '-EADDRINUSE'
  | '-ENOTTY'
  | '-EOPNOTSUPP'
  | '-EOVERFLOW'
  | '-EPERM';

/** What a kernel function answers: `ok` stands for 0. */
export type Ret = 'ok' | Errno;

/** A file descriptor, or why there is none. */
export type FdOrErrno = number | Errno;
