import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ProblemCode, SessionView } from '@sidep/contracts'
import type { ApiError } from '@sidep/sdk/http'
import type { Moment, SessionCommand, SessionEvent } from './events.ts'
import { mayAsk } from './link.ts'
import { initialSession, type SessionState, standingOf } from './state.ts'
import { nextWake, stepSession } from './step.ts'

const device = 'd'.repeat(43)
const startedAt = Date.parse('2026-11-23T08:00:00Z')
const minutes = (count: number): string => new Date(startedAt + count * 60_000).toISOString()

const view: SessionView = {
  professional: { id: '899700075122', familyName: 'Le Goff', firstNames: 'Anne', profession: '21' },
  door: 'ecps',
  site: { id: '750000001', name: 'Pharmacie du Parvis', postalCode: '75004' },
  sites: [],
  signedInAt: minutes(0),
  expiresAt: minutes(720),
  sessionId: 'one',
  device,
  renewBy: minutes(20),
  serverTime: minutes(0),
}

const problem = (code: ProblemCode, retryAfterSeconds: number | null = null) => ({
  ok: false as const,
  error: {
    kind: 'problem',
    problem: { type: 'about:blank', title: '', status: 400, code, support: '' },
    retryAfterSeconds,
  } satisfies ApiError,
})
const said = <Value>(value: Value) => ({ ok: true as const, value, status: 200 })

/** A machine on a table: events go in at a time that the test says, commands come out. */
const machine = () => {
  let state: SessionState = initialSession(device)
  let monotonic = 0
  let skew = 0
  const at = (): Moment => ({ now: startedAt + monotonic + skew, monotonic, random: 0.5 })
  const happens = (event: SessionEvent): SessionCommand[] => {
    const step = stepSession(state, event, at())
    state = step.state
    return [...step.commands]
  }
  return {
    happens,
    state: () => state,
    kinds: (event: SessionEvent) => happens(event).map(({ type }) => type),
    pass: (seconds: number) => {
      monotonic += seconds * 1000
    },
    setClock: (seconds: number) => {
      skew = seconds * 1000
    },
    tick: () => happens({ type: 'tick', planned: monotonic }).map(({ type }) => type),
    secondsToWake: () => {
      const planned = nextWake(state)
      return planned === null ? null : (planned - monotonic) / 1000
    },
    mayAsk: () => mayAsk(state, monotonic),
    /** Signed in and at work. */
    enter: () => {
      happens({ type: 'opened', remembered: null })
      return happens({ type: 'session-read', epoch: state.epoch, answer: said(view) })
    },
  }
}

describe('an answer of before an act on the session', () => {
  it('does not show again a session that was ended here, be it of a reading or of a renewal', () => {
    const { enter, happens, state } = machine()
    enter()
    const { epoch } = state()
    happens({ type: 'heard', error: problem('SESSION_RENEWAL_DUE').error })
    const { run } = state().renewal
    happens({ type: 'signed-out' })
    assert.deepEqual(happens({ type: 'session-read', epoch, answer: said(view) }), [])
    assert.deepEqual(
      happens({ type: 'renewal-answered', run, answer: said(view), clockOffset: 0 }),
      [{ type: 'forget-people' }],
    )
    assert.equal(state().way.kind, 'signed-out')
  })
  it('does not bring back a session that was ended while a site was chosen in it', () => {
    const { enter, happens, state } = machine()
    enter()
    happens({ type: 'choice-wanted' })
    const { epoch } = state()
    happens({ type: 'signed-out' })
    happens({ type: 'site-chosen', epoch, answer: said(view) })
    assert.equal(state().way.kind, 'signed-out')
  })
  it('does not open a page with a session that another tab ended while the page was loaded', () => {
    const { happens, state } = machine()
    happens({ type: 'opened', remembered: null })
    assert.deepEqual(happens({ type: 'shown-elsewhere', shown: null }), [
      { type: 'read-session', epoch: 1 },
    ])
    assert.deepEqual(happens({ type: 'session-read', epoch: 0, answer: said(view) }), [])
    assert.equal(state().way.kind, 'starting')
  })
  it('does not undo the choice of a site', () => {
    const { happens, state } = machine()
    happens({ type: 'opened', remembered: null })
    const reading = {
      type: 'session-read',
      epoch: 0,
      answer: said({ ...view, site: null }),
    } as const
    happens(reading)
    happens({ type: 'site-chosen', epoch: 0, answer: said(view) })
    happens(reading)
    assert.equal(state().way.kind, 'working')
  })
})

describe('the computer’s clock, set while', () => {
  it('the portal asked for patience: it is asked no sooner, and no later', () => {
    for (const seconds of [7_200, -7_200]) {
      const { enter, happens, pass, setClock, mayAsk: may, kinds } = machine()
      enter()
      happens({ type: 'heard', error: problem('UNAVAILABLE', 30).error })
      setClock(seconds)
      pass(29)
      assert.deepEqual([may(), kinds({ type: 'look' })], [false, []])
      pass(3)
      assert.deepEqual([may(), kinds({ type: 'look' })], [true, ['read-lists']])
    }
  })
  it('one waits in the room: it is asked when the portal said', () => {
    for (const seconds of [7_200, -7_200]) {
      const { happens, pass, setClock, tick, secondsToWake } = machine()
      happens({ type: 'opened', remembered: null })
      happens({ type: 'session-read', epoch: 0, answer: problem('SESSION_MISSING') })
      const place = { state: 'waiting', hasTicket: true, position: 7, waitSeconds: 60 } as const
      happens({
        type: 'place-answered',
        door: 'card',
        reason: { kind: 'door' },
        answer: said({ ...place, pollAfterSeconds: 20 }),
      })
      setClock(seconds)
      assert.equal(secondsToWake(), 20)
      pass(19)
      assert.deepEqual(tick(), [])
      pass(1)
      assert.deepEqual(tick(), ['ask-room'])
    }
  })
})

describe('a session that is due', () => {
  it('is asked to be confirmed, once, and nothing else is asked meanwhile', () => {
    const { enter, kinds, state } = machine()
    enter()
    const due = { type: 'heard', error: problem('SESSION_RENEWAL_DUE').error } as const
    assert.deepEqual(kinds(due), ['renew'])
    assert.deepEqual([kinds(due), kinds({ type: 'look' })], [[], []])
    assert.equal(standingOf(state().way)?.kind, 'due')
  })
})

describe('a portal that asked for patience', () => {
  const silence = { kind: 'offline' } as const
  const answers = {
    'an answer': null,
    'a refusal': problem('REQUEST_INVALID').error,
    'a lost session': problem('SESSION_EXPIRED').error,
    'a session that is due': problem('SESSION_RENEWAL_DUE').error,
    'a shorter wait': problem('UNAVAILABLE', 1).error,
    'a trouble without a time': problem('INTERNAL').error,
    silence,
  }
  for (const [name, error] of Object.entries(answers))
    it(`is asked no sooner for what comes of a question of before: ${name}`, () => {
      const { enter, happens, kinds, pass, mayAsk: may } = machine()
      enter()
      happens({ type: 'heard', error: problem('UNAVAILABLE', 30).error })
      assert.deepEqual(kinds({ type: 'heard', error }), [])
      happens({ type: 'hurried' })
      pass(29)
      assert.deepEqual([may(), kinds({ type: 'look' })], [false, []])
      pass(4)
      assert.equal(may(), true)
      assert.equal(kinds({ type: 'look' }).length, 1)
    })
  it('and gave no time, is asked again as soon as it answers', () => {
    const { enter, happens, mayAsk: may } = machine()
    enter()
    happens({ type: 'heard', error: problem('INTERNAL').error })
    assert.equal(may(), false)
    happens({ type: 'heard', error: null })
    assert.equal(may(), true)
  })
})

describe('a session that was lost, when the browser has another that is due', () => {
  it('is not named to the portal: the one that the browser has is carried on', () => {
    const { enter, happens, state } = machine()
    enter()
    happens({ type: 'heard', error: problem('SESSION_DIFFERS').error })
    const { epoch } = state()
    const commands = happens({
      type: 'session-read',
      epoch,
      answer: problem('SESSION_RENEWAL_DUE'),
    })
    assert.deepEqual(commands, [{ type: 'renew', run: 0, followed: null, clockOffset: 0 }])
  })
})

describe('a page of which the portal says nothing', () => {
  it('goes on from what this device remembers, and reads the session before anything else', () => {
    const { happens, kinds, pass, state } = machine()
    happens({ type: 'opened', remembered: view })
    const silence = { ok: false, error: { kind: 'offline' } } as const
    happens({ type: 'session-read', epoch: 0, answer: silence })
    assert.deepEqual([state().way.kind, standingOf(state().way)?.kind], ['working', 'remembered'])
    pass(5)
    assert.deepEqual(kinds({ type: 'look' }), ['read-session'])
  })
})

describe('a phone request that is given up, or not confirmed in time', () => {
  const ring = () => {
    const table = machine()
    const { happens, state } = table
    happens({ type: 'phone-begun', typed: '899700075122' })
    const { run } = state().phone
    const ticket = 't'.repeat(30)
    const request = { ticket, pollAfterSeconds: 5, bindingMessage: '42', expiresInSeconds: 120 }
    happens({
      type: 'phone-rung',
      run,
      answer: said({ ...request, expiresAt: minutes(2) }),
    })
    assert.equal(state().phone.shown?.step, 'confirming')
    return table
  }
  it('may have been confirmed by an answer that was lost: the session is read', () => {
    assert.deepEqual(ring().kinds({ type: 'phone-closed' }), [
      'keep-request',
      'cancel-phone',
      'read-session',
    ])
    const { pass, tick } = ring()
    pass(120)
    assert.deepEqual(tick(), ['keep-request', 'read-doors', 'read-session'])
  })
})
