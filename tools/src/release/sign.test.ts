import assert from 'node:assert/strict'
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { signFile, signingKeyOf, signTag } from './sign.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-sign-'))
after(() => rmSync(folder, { recursive: true }))
const repository = join(folder, 'repository')
const quiet: ExecFileSyncOptionsWithStringEncoding = {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'pipe'],
}
const git = (...words: string[]): string =>
  execFileSync('git', ['-C', repository, ...words], quiet).trim()

/** A key of its own for this run. @returns its file */
const makeKey = (name: string): string => {
  const file = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file], quiet)
  return file
}
/** As whoever installs has it: who signs, by a line had by another way. */
const trust = (name: string, key: string): string => {
  const file = join(folder, `signers-${name}`)
  writeFileSync(
    file,
    `release@example.org namespaces="git,sidep-release" ${readFileSync(`${key}.pub`, 'utf8')}`,
  )
  return file
}

execFileSync('git', ['init', '--quiet', repository], quiet)
git('config', 'user.name', 'Release')
git('config', 'user.email', 'release@example.org')
git('commit', '--quiet', '--allow-empty', '--message', 'one')
const key = makeKey('ours')
const ours = trust('ours', key)
const others = trust('others', makeKey('others'))
const verify = (tag: string, signers: string): string =>
  execFileSync(
    'git',
    ['-C', repository, '-c', `gpg.ssh.allowedSignersFile=${signers}`, 'tag', '--verify', tag],
    quiet,
  )

test('a signed tag is verified by the line of its signer, and by no other', () => {
  assert.equal(signTag(repository, '1.0.0', signingKeyOf(key)), 'v1.0.0')
  assert.match(verify('v1.0.0', ours), /sidep 1\.0\.0/)
  assert.throws(() => verify('v1.0.0', others))
})

test('signing again leaves the tag as it is; one of another commit or without a signature is refused', () => {
  const before = git('rev-parse', 'v1.0.0')
  signTag(repository, '1.0.0', signingKeyOf(key))
  assert.equal(git('rev-parse', 'v1.0.0'), before)
  git('tag', 'v1.1.0')
  assert.throws(() => signTag(repository, '1.1.0', signingKeyOf(key)), /nobody signed it/)
  git('tag', '--annotate', '--message', 'by hand', 'v1.2.0')
  assert.throws(() => signTag(repository, '1.2.0', signingKeyOf(key)), /nobody signed it/)
  git('commit', '--quiet', '--allow-empty', '--message', 'two')
  assert.throws(() => signTag(repository, '1.0.0', signingKeyOf(key)), /never moved/)
})

test('a signed file is verified as it was, and not as somebody changed it', () => {
  const sums = join(folder, 'SHA256SUMS')
  writeFileSync(sums, 'aa  sidep-1.0.0.tar.gz\n')
  assert.equal(signFile(folder, 'SHA256SUMS', signingKeyOf(key)), 'SHA256SUMS.sig')
  const words = ['-Y', 'verify', '-n', 'sidep-release', '-I', 'release@example.org', '-f', ours]
  const check = (): string =>
    execFileSync('ssh-keygen', [...words, '-s', `${sums}.sig`], {
      encoding: 'utf8',
      input: readFileSync(sums),
    })
  assert.match(check(), /^Good "sidep-release" signature/)
  writeFileSync(sums, 'bb  sidep-1.0.0.tar.gz\n')
  assert.throws(check)
})

test('a name that is no file is a key of OpenPGP', () => {
  assert.deepEqual(signingKeyOf('0123ABCD'), { kind: 'openpgp', id: '0123ABCD' })
})
