import type { Helper } from './dialect.ts';
import { truth, truthOf, type Value, ZERO } from './value.ts';

/** What a helper of the dialect answers. @param isFalse - whether a value is known to be 0 */
export function helped(
  helper: Helper,
  [value = ZERO, , member]: readonly Value[],
  isFalse: (value: Value) => boolean,
): Value {
  switch (helper) {
    case 'nothing':
    case 'trace':
      return ZERO;
    case 'same':
    case 'truth':
      return value;
    case 'container':
      return containerOf(value, member);
    case 'error_pointer':
      return isZero(value) ? ZERO : { kind: 'error', errno: value };
    case 'errno_of':
      return value.kind === 'error' ? value.errno : operation('PTR_ERR', value);
    case 'is_error':
      return isError(value, isFalse);
    case 'is_error_or_null':
      return isZero(value) ? truth(true) : isError(value, isFalse);
    case 'errno_or_zero':
      if (value.kind === 'error') return value.errno;
      return truthOf(value) === undefined ? operation('PTR_ERR', value) : ZERO;
  }
}

function containerOf(pointer: Value, member: Value | undefined): Value {
  if (pointer.kind === 'object') return pointer;
  const name = member?.kind === 'text' ? member.text : '';
  const of = pointer.kind === 'address' ? pointer.of : undefined;
  if (of?.kind === 'field' && of.name === name) {
    return of.of.kind === 'object' ? of.of : { kind: 'address', of: of.of };
  }
  return { kind: 'operation', op: `container_of ${name}`, args: [pointer] };
}

function isZero(value: Value): boolean {
  return value.kind === 'number' && value.value === 0;
}

function isError(value: Value, isFalse: (value: Value) => boolean): Value {
  if (value.kind === 'error') return truth(true);
  return truthOf(value) !== undefined || isFalse(value) ? truth(false) : operation('IS_ERR', value);
}

function operation(op: string, value: Value): Value {
  return { kind: 'operation', op, args: [value] };
}
