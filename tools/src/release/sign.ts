/** Signs what a release is: the tag of its commit, and the sums of its files, with a key of SSH or OpenPGP that the operator names. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A file is of SSH (private, or public with its agent), anything else an id of OpenPGP. */
export type SigningKey =
  | { readonly kind: 'ssh'; readonly file: string }
  | { readonly kind: 'openpgp'; readonly id: string }

export const signingKeyOf = (named: string): SigningKey =>
  existsSync(named) ? { kind: 'ssh', file: named } : { kind: 'openpgp', id: named }

/** The namespace of signatures of sums (ssh-keygen(1), -Y sign); those of tags have git's own. */
const namespace = 'sidep-release'

const run = (folder: string, program: string, words: readonly string[]): string =>
  execFileSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'pipe'],
  }).trim()

const commitOf = (repository: string, name: string): string | null => {
  try {
    return run(repository, 'git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`])
  } catch {
    return null
  }
}

const isSigned = (repository: string, tag: string): boolean =>
  /-----BEGIN (SSH|PGP) SIGNATURE-----/.test(run(repository, 'git', ['cat-file', 'tag', tag]))

const isAnnotated = (repository: string, tag: string): boolean =>
  run(repository, 'git', ['cat-file', '-t', `refs/tags/${tag}`]) === 'tag'

/**
 * Signs the tag `vVERSION` of the commit that is checked out. One that is there already is left as it is: a tag is never moved.
 *
 * @throws when it is of another commit, or nobody signed it
 */
export const signTag = (repository: string, version: string, key: SigningKey): string => {
  const tag = `v${version}`
  const tagged = commitOf(repository, `refs/tags/${tag}`)
  if (tagged === null) {
    const settings =
      key.kind === 'ssh'
        ? ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${key.file}`]
        : ['-c', 'gpg.format=openpgp', '-c', `user.signingkey=${key.id}`]
    run(repository, 'git', [...settings, 'tag', '--sign', tag, '--message', `sidep ${version}`])
    return tag
  }
  if (tagged !== commitOf(repository, 'HEAD'))
    throw new Error(
      `${tag} is of another commit, and a tag is never moved: give the release a new version`,
    )
  if (!isAnnotated(repository, tag) || !isSigned(repository, tag))
    throw new Error(
      `${tag} is there, and nobody signed it: take it away (git tag --delete ${tag}) unless it is published`,
    )
  return tag
}

/** Signs a file beside it. @returns the name of the signature: `.sig` of SSH, `.asc` of OpenPGP */
export const signFile = (folder: string, name: string, key: SigningKey): string => {
  if (key.kind === 'ssh') {
    run(folder, 'ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', key.file, name])
    return `${name}.sig`
  }
  run(folder, 'gpg', ['--batch', '--local-user', key.id, '--armor', '--detach-sign', name])
  return `${name}.asc`
}
