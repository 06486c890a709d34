import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperationsView } from '@sidep/contracts'
import { endpointTexts } from '@sidep/contracts/openapi'
import { departmentOfPostalCode } from '@sidep/identifiers'
import { catalogueFaults } from '../shared/messages/catalogue.ts'
import { actMessages } from './acts/act-messages.ts'
import { instantTyped, instantWritten, noticeTyped, previewFor } from './acts/act-request.ts'
import { departmentNames, tiles } from './departments.ts'
import { createFollowing, type StreamListener } from './follow.ts'
import { operationsMessages } from './operations-messages.ts'
import { refusalIn } from './refusal.ts'

test('every text is there in English too', () => {
  assert.deepEqual(catalogueFaults(operationsMessages), [])
  assert.deepEqual(catalogueFaults(actMessages), [])
})

test('the map has each département once, overseas included, and a name for it', () => {
  const codes = Array.from({ length: 1_000 }, (_, prefix) => `${String(prefix).padStart(3, '0')}00`)
  const all = new Set(codes.flatMap((code) => departmentOfPostalCode(code) ?? []))
  // Mayotte before it was a département.
  all.delete('985')
  assert.deepEqual(new Set(tiles.map(({ department }) => department)), all)
  assert.equal(tiles.length, all.size)
  assert.equal(new Set(tiles.map(({ x, y }) => `${x} ${y}`)).size, tiles.length)
  assert.deepEqual(new Set(departmentNames.keys()), all)
})

const view = endpointTexts.readOperations.answer as OperationsView

/** A page whose streams and waits are held in hand. */
const followed = () => {
  const streams: (StreamListener & { isOpen: boolean })[] = []
  const waits: { work: () => void; milliseconds: number }[] = []
  const asked = { times: 0 }
  const following = createFollowing({
    open: (_, listener) => {
      const stream = { ...listener, isOpen: true }
      streams.push(stream)
      return () => {
        stream.isOpen = false
      }
    },
    now: () => 1_000,
    later: (work, milliseconds) => {
      waits.push({ work, milliseconds })
      return () => undefined
    },
    onEnded: () => {
      asked.times += 1
    },
  })
  return { following, streams, waits, asked, open: () => streams.filter(({ isOpen }) => isOpen) }
}

test('what was heard last stays when a stream breaks; it is opened again, then the page asks who works here', () => {
  const { following, streams, waits, asked, open } = followed()
  following.start()
  streams[0]?.onData(JSON.stringify(view))
  assert.deepEqual(following.store.get(), { view, heardAt: 1_000, isConnected: true })
  streams[0]?.onData('{"at":')
  assert.deepEqual(following.store.get().view, view)
  streams[0]?.onBroken()
  assert.equal(open().length, 0)
  assert.deepEqual(following.store.get(), { view, heardAt: 1_000, isConnected: false })
  waits[0]?.work()
  assert.equal(open().length, 1)
  streams[1]?.onBroken()
  assert.equal(asked.times, 0)
  waits[1]?.work()
  assert.equal(asked.times, 1)
  assert.ok((waits[1]?.milliseconds ?? 0) > (waits[0]?.milliseconds ?? 0))
})

test('a stream that the portal ended is not opened again before the page has asked', () => {
  const { following, streams, waits, asked, open } = followed()
  following.start()
  streams[0]?.onEnded()
  assert.deepEqual([open().length, waits.length, asked.times], [0, 0, 1])
})

test('an act is asked about once its form is filled, and never with a time that is none', () => {
  assert.equal(instantTyped('13/08/2021 12:00'), '2021-08-13T10:00:00.000Z')
  assert.equal(instantTyped(' 3.1.2022 9h05 '), '2022-01-03T08:05:00.000Z')
  for (const text of ['31/02/2021 12:00', '13/08/2021', '13/08/2021 25:00', 'hier'])
    assert.equal(instantTyped(text), null, text)
  const professional = '8 99700075122'
  assert.deepEqual(previewFor('revocation', { professional, since: '13/08/2021 12:00' }), {
    of: 'revocation',
    professional: '899700075122',
    since: '2021-08-13T10:00:00.000Z',
  })
  assert.equal(previewFor('revocation', { professional, since: '' }), null)
  assert.equal(previewFor('suspension', { professional: '12' }), null)
  assert.deepEqual(previewFor('withdrawal', { papers: 'slips', site: '2a0000014' }), {
    of: 'withdrawal',
    papers: 'slips',
    site: '2A0000014',
  })
  assert.equal(previewFor('note', { noteFr: 'Réparation en cours', noteEn: ' ' }), null)
})

test('a notice is drafted from now on once it is whole, for the sites that are typed', () => {
  const typed = {
    accepts: 'both',
    sites: '75, 92',
    until: '16/08/2021 12:00',
    noteFr: 'Essai',
    noteEn: 'Test',
  }
  const now = new Date('2021-08-13T20:00:00+02:00')
  assert.deepEqual(noticeTyped(typed, now), {
    accepts: ['slip', 'provisional'],
    sites: ['75', '92'],
    from: now.toISOString(),
    until: '2021-08-16T10:00:00.000Z',
    fr: 'Essai',
    en: 'Test',
  })
  const of = { of: 'notice', accepts: ['slip'], sites: [] }
  assert.deepEqual(previewFor('notice', { ...typed, accepts: 'slip', sites: '' }), of)
  for (const wrong of [{ until: 'lundi' }, { noteEn: '' }, { sites: 'Paris' }])
    assert.equal(previewFor('notice', { ...typed, ...wrong }), null)
  assert.equal(instantTyped(instantWritten(now)), now.toISOString())
})

test('what a door said on the way back is shown, and nothing that no door says', () => {
  assert.equal(refusalIn('?problem=PROVIDER_UNAVAILABLE&retry=30'), 'PROVIDER_UNAVAILABLE')
  for (const search of ['', '?problem=', '?problem=constructor', '?problem=<b>'])
    assert.equal(refusalIn(search), null)
})
