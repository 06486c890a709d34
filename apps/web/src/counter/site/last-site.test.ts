import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastSiteFirst } from './last-site.ts'

const sites = [{ id: '1' }, { id: '2' }, { id: '3' }]

test('the last site stands first, the others as they were; one that is no longer there changes nothing', () => {
  assert.deepEqual(
    lastSiteFirst(sites, '3').map(({ id }) => id),
    ['3', '1', '2'],
  )
  for (const last of [null, '4']) assert.deepEqual(lastSiteFirst(sites, last), sites)
})
