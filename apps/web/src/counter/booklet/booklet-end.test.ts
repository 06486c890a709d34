import assert from 'node:assert/strict'
import { it } from 'node:test'
import { translator } from '../../shared/messages/catalogue.ts'
import { bookletEnd } from './booklet-end.ts'
import { bookletMessages } from './booklet-messages.ts'

it('the end of a booklet is said with its day when it is not today’s, on the clock of the site', () => {
  const t = translator(bookletMessages, 'fr')
  const end = new Date('2026-11-30T09:23:00Z')
  const said = (now: string, timeZone = 'Europe/Paris') =>
    bookletEnd(t, end, new Date(now), 'fr-FR', timeZone)
  assert.equal(said('2026-11-29T09:24:00Z'), 'demain 10:23')
  assert.equal(said('2026-11-30T08:00:00Z'), '10:23')
  // Already the 30th in Réunion.
  assert.equal(said('2026-11-29T20:30:00Z', 'Indian/Reunion'), '13:23')
})
