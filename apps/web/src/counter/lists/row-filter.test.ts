import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isShownBy } from './row-filter.ts'

describe('a filter of the day', () => {
  it('shows one result, or what the portal does not have yet', () => {
    const row = { state: 'provisional', result: 'negative' } as const
    assert.deepEqual(
      (['all', 'negative', 'positive', 'to-send'] as const).map((filter) => isShownBy(row, filter)),
      [true, true, false, true],
    )
    assert.equal(isShownBy({ ...row, state: 'final' }, 'to-send'), false)
  })
})
