import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { SignInRefused } from '@sidep/dev'
import { startEveningCrowd } from './evening-crowd.ts'

const soon = { comeEveryMilliseconds: 1, pressAgainMilliseconds: 1, patienceMilliseconds: 60_000 }

test('who is told to come later presses again until they are in, once the door is open', async () => {
  let isOpen = false
  const people = ['one', 'two', 'three', 'four']
  const crowd = startEveningCrowd({
    ...soon,
    people,
    signIn: async () => {
      if (!isOpen) throw new SignInRefused('PROVIDER_UNAVAILABLE')
    },
  })
  crowd.comeAtOnce(people.length)
  while ((crowd.toldInVain().PROVIDER_UNAVAILABLE ?? 0) < 3 * people.length) await wait(1)
  assert.equal(crowd.waiting, people.length)
  isOpen = true
  const returned = await crowd.settled(Date.now())
  assert.equal(returned.people, people.length)
  assert.equal(returned.signedIn, people.length)
  assert.deepEqual(returned.leftOut, {})
  assert.equal(crowd.waiting, 0)
})

test('who is refused for good does not press again, and is counted as left out', async () => {
  const crowd = startEveningCrowd({
    ...soon,
    people: ['one', 'two'],
    signIn: async (nationalId) => {
      if (nationalId === 'one') throw new SignInRefused('PROFESSION_NOT_PERMITTED')
    },
  })
  crowd.comeAtOnce(2)
  const { people, signedIn, leftOut, toldToComeBack } = await crowd.settled(Date.now())
  assert.deepEqual(
    { people, signedIn, leftOut },
    {
      people: 2,
      signedIn: 1,
      leftOut: { PROFESSION_NOT_PERMITTED: 1 },
    },
  )
  assert.deepEqual(toldToComeBack, {})
})

test('who has no patience left goes home, and is counted as left out', async () => {
  const crowd = startEveningCrowd({
    ...soon,
    patienceMilliseconds: 20,
    people: ['one'],
    signIn: async () => {
      throw new SignInRefused('PROVIDER_UNAVAILABLE')
    },
  })
  crowd.comeAtOnce(1)
  const { signedIn, leftOut } = await crowd.settled(Date.now())
  assert.equal(signedIn, 0)
  assert.deepEqual(leftOut, { PROVIDER_UNAVAILABLE: 1 })
})
