export { groupSeparator, isSeparatorKey, type KeyStream } from './key-stream.ts'
export { mayBeCode } from './may-be-code.ts'
export { noteField } from './put-back.ts'
export { useScanner } from './use-scanner.ts'
