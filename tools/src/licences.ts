/**
 * What may be in the tree of packages: licences that let a state, a pharmacy's vendor and everybody else take the
 * whole and give it on under Apache-2.0. A package under another is named here with the reason why it may stay, or goes.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly link?: boolean
}

const permitted: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
  'Zlib',
  // Of each file alone; what we link to it stays ours.
  'MPL-2.0',
])

/** Not permitted by their licence's name; why they may be here all the same. */
const reasons: Readonly<Record<string, string>> = {
  argparse:
    'Python-2.0, which permits all that MIT does; behind the tool that makes the fonts, no page ships it',
  'caniuse-lite': 'a table that tools read, CC-BY-4.0; no page ships it',
  'dejavu-fonts-ttf':
    'Bitstream Vera licence, which permits embedding; a part of it is in our PDFs',
  'png-js': 'MIT by its LICENSE file, which its package.json does not name',
}

/** An SPDX expression of names, AND, OR and brackets: whether some reading of it is permitted. */
const isPermitted = (expression: string): boolean => {
  const bare = expression.replace(/^\(|\)$/g, '')
  if (bare.includes(' OR ')) return bare.split(' OR ').some(isPermitted)
  return bare.split(' AND ').every((name) => permitted.has(name))
}

export const refusedLicences = (packages: Readonly<Record<string, LockedPackage>>): string[] =>
  Object.entries(packages).flatMap(([path, { version = '', license, link }]) => {
    const name = path.split('node_modules/').at(-1) ?? ''
    if (link === true || !path.includes('node_modules/') || name in reasons) return []
    if (license !== undefined && isPermitted(license)) return []
    return [`${name} ${version}: ${license ?? 'no licence'}`]
  })

const root = resolve(import.meta.dirname, '../..')

/** Those of the lock file. */
export const refusedLicencesOfTree = (): string[] => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return refusedLicences(packages)
}
