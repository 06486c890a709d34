import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { makeSigner } from '../../test/signer.ts'
import {
  isTolerated,
  noticeBytes,
  noticeText,
  openNotice,
  readIndex,
  signIndex,
  signNotice,
  type ToleranceNotice,
} from '../index.ts'
import { makeKeySet } from '../making.ts'

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const keysOf = () =>
  makeKeySet({ at: new Date('2021-08-13T12:00:00Z'), randomBytes, development: true })
const { anchor, signer } = await makeSigner((await keysOf()).signers.bundle)
const stranger = await makeSigner((await keysOf()).signers.bundle)

const notice: ToleranceNotice = {
  id: '2021-08-13/1',
  from: '2021-08-13T16:00:00Z',
  until: '2021-08-15T10:00:00Z',
  accepts: ['slip', 'provisional'],
  sites: ['75', '9704'],
  fr: 'Les fiches de Paris et de La Réunion sont acceptées jusqu’à dimanche midi.',
  en: 'Slips of Paris and Réunion are accepted until Sunday noon.',
}

const codeOf = async (bytes: Uint8Array, by = anchor): Promise<string> => {
  const opened = await openNotice(bytes, by)
  return opened.ok ? 'OK' : opened.code
}

suite('a tolerance notice', () => {
  test('opens to what was signed, from bytes and from the text of a code', async () => {
    const bytes = await signNotice(notice, signer)
    assert.deepEqual(await openNotice(bytes, anchor), { ok: true, value: notice })
    const text = noticeText(bytes)
    // A code on paper that any phone reads: version 20 of a QR holds 970 alphanumeric characters at level M.
    assert.ok(text.startsWith('TN1:') && text.length < 970, `${text.length} characters`)
    const read = noticeBytes(text)
    assert.ok(read.ok)
    assert.deepEqual(await openNotice(read.value, anchor), { ok: true, value: notice })
    for (const wrong of ['', 'TN1:', 'HC1:NCF', `${text.slice(0, 60)}`]) {
      assert.deepEqual(noticeBytes(wrong), { ok: false, code: 'NOTICE_MALFORMED' })
    }
  })

  test('of another key, or another kind, or changed, is none', async () => {
    const bytes = await signNotice(notice, signer)
    assert.equal(await codeOf(bytes, stranger.anchor), 'NOTICE_SIGNATURE')
    const times = { issuedAt: notice.from, expiresAt: notice.until }
    const index = await signIndex({ version: 1, number: 1, ...times, parts: [] }, signer)
    assert.equal(await codeOf(index), 'NOTICE_CONTENT_TYPE')
    assert.deepEqual(await readIndex(bytes, anchor), { ok: false, code: 'INDEX_CONTENT_TYPE' })
    const changed = Uint8Array.from(bytes)
    changed[changed.length - 100] = (changed[changed.length - 100] ?? 0) ^ 1
    assert.notEqual(await codeOf(changed), 'OK')
  })

  test('is not signed for more than two weeks, for nothing, or without words', async () => {
    for (const wrong of [
      { until: '2021-08-27T16:00:01Z' },
      { until: notice.from },
      { accepts: [] },
      { sites: ['Paris'] },
      { fr: '' },
      { id: '' },
    ]) {
      await assert.rejects(signNotice({ ...notice, ...wrong }, signer), RangeError)
    }
    await signNotice({ ...notice, until: '2021-08-27T16:00:00Z', sites: [] }, signer)
  })

  test('lets pass what it names, where and when it says', () => {
    const at = (text: string) => new Date(text)
    const passes = (changes: Partial<ToleranceNotice>, site = '750712184', when = notice.from) =>
      isTolerated({ ...notice, ...changes }, 'slip', site, at(when))
    assert.equal(passes({}), true)
    assert.equal(passes({}, '970400012'), true)
    assert.equal(passes({}, '130000001'), false)
    assert.equal(passes({ sites: [] }, '130000001'), true)
    assert.equal(passes({ accepts: ['provisional'] }), false)
    assert.equal(passes({}, '750712184', '2021-08-13T15:59:59Z'), false)
    assert.equal(passes({}, '750712184', '2021-08-15T09:59:59Z'), true)
    assert.equal(passes({}, '750712184', notice.until), false)
  })
})
