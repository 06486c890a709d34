import { bytesToHex, decodeCbor, Tagged } from '@sidep/encoding'

const isMessage = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length === 4 && value[0] instanceof Uint8Array

/**
 * CBOR in extended diagnostic notation (RFC 8949 §8, RFC 8610 appendix G), one member a line. Byte
 * strings that hold CBOR, as the header and payload of a COSE_Sign1 do, are written `<< … >>`.
 */
export const diagnose = (value: unknown, indent = ''): string => {
  const inner = `${indent}  `
  if (value instanceof Tagged) return `${value.tag}(${diagnose(value.value, indent)})`
  if (value instanceof Uint8Array) return `h'${bytesToHex(value)}'`
  if (isMessage(value)) {
    const [header, unprotected, payload, signature] = value
    const parts = [embed(header, inner), diagnose(unprotected, inner), embed(payload, inner)]
    return block('[', [...parts, diagnose(signature, inner)], ']', indent)
  }
  if (Array.isArray(value)) {
    return block(
      '[',
      value.map((item) => diagnose(item, inner)),
      ']',
      indent,
    )
  }
  if (!(value instanceof Map)) return JSON.stringify(value)
  const members = [...value].map(
    ([key, item]) => `${JSON.stringify(key)}: ${diagnose(item, inner)}`,
  )
  return block('{', members, '}', indent)
}

const block = (open: string, items: readonly string[], close: string, indent: string): string => {
  const flat = `${open}${items.join(', ')}${close}`
  if (flat.length <= 60 && !flat.includes('\n')) return flat
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(',\n')}\n${indent}${close}`
}

const embed = (bytes: unknown, indent: string): string => {
  const item = bytes instanceof Uint8Array ? decodeCbor(bytes) : null
  return item?.ok ? `<< ${diagnose(item.value, indent)} >>` : diagnose(bytes, indent)
}
