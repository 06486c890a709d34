/** Signing in, being shut out, and trying again. */

import { bookletHoursLeftMin, bookletHoursMax, bookletMaximumMax } from '@sidep/continuity'
import { daySeconds, hourSeconds } from '@sidep/time'
import { makeOfflineCounter, type OfflineCounter } from './offline-counter.ts'
import { draw, streams } from './random.ts'
import { event, hasSession, isOpen, never, nobody, plan, signInState, type World } from './world.ts'

/** Card and its code, seconds. Assumption. */
const cardSeconds = 15
/** The page says at once that no door works. */
const noDoorSeconds = 3
/** Assumptions: the first wait between two attempts, seconds, and how much longer each next one is. */
const retrySecondsFirst = 60
const retryGrowth = 2
/** Share of sites where somebody with papers tries again after closing, until 02:30. Assumption. */
const nightShare = 0.4
const nightUntilSeconds = 2.5 * hourSeconds

/** Somebody is at the site, at least because of its pile. */
export const isStaffed = (world: World, site: number): boolean => {
  if (isOpen(world, site)) return true
  if (world.pileFirst[site] === nobody) return false
  const time = world.now % daySeconds
  const isNight = time < nightUntilSeconds || time >= 18 * hourSeconds
  return isNight && draw(world.nation.seed, streams.night, site) < nightShare
}

const planRetry = (world: World, site: number): void => {
  if (world.hasRetry[site] === 1) return
  world.hasRetry[site] = 1
  const failures = world.failures[site] ?? 0
  const base = Math.min(world.policy.retrySecondsMax, retrySecondsFirst * retryGrowth ** failures)
  const uniform = draw(world.nation.seed, streams.retry, site, Math.floor(world.now))
  plan(world, world.now + base * (0.5 + uniform), event.retry, site)
}

/** No way to the portal, or into it, for now. */
export const shutOut = (world: World, site: number): void => {
  world.isLockedOut[site] = 1
  world.failures[site] = Math.min(250, (world.failures[site] ?? 0) + 1)
  planRetry(world, site)
}

const attempt = (world: World, site: number): void => {
  const { isIn, endsAt } = world.provider.attempt(world.now)
  world.signIn[site] = signInState.underWay
  plan(world, endsAt, isIn ? event.signedIn : event.signInFailed, site)
}

/** Goes to a door. What comes of it happens later. */
export const startSignIn = (world: World, site: number): void => {
  const { policy, outages, now, nation, line } = world
  const hasCard = policy.doors.includes('card')
  if (hasCard && !outages.providerUp(now)) {
    const isIn = outages.cardUp(now) && nation.hasReader[site] === 1
    world.signIn[site] = signInState.underWay
    if (isIn) plan(world, now + cardSeconds, event.signedIn, site)
    else plan(world, now + noDoorSeconds, event.signInFailed, site)
    return
  }
  if (!policy.hasWaitingRoom || line.arrive(site, now)) {
    attempt(world, site)
    return
  }
  // In the waiting room the counter works as if it were offline.
  world.signIn[site] = signInState.inLine
  world.isLockedOut[site] = 1
  if (!world.isLineMoving) {
    world.isLineMoving = true
    plan(world, now + 1, event.moveLine, 0)
  }
}

/** Lets those from the waiting room to the door whose turn it is. */
export const moveLine = (world: World): void => {
  for (const site of world.line.move(world.now)) attempt(world, site)
  world.isLineMoving = world.line.size > 0
  if (world.isLineMoving) plan(world, world.now + 1, event.moveLine, 0)
}

const bookletNumbers = ({ policy, nation }: World, site: number): number => {
  const usual = Math.ceil((nation.usualTests[site] ?? 0) * policy.bookletDays)
  return Math.min(bookletMaximumMax, Math.max(policy.bookletNumbersMin, usual))
}

/** Takes a booklet when one is due: silently, whenever the portal is there. */
export const refreshBooklet = (world: World, site: number): void => {
  const { policy, now, counters, bookletAt, professional } = world
  const numbers = bookletNumbers(world, site)
  if (!policy.hasOutbox || numbers === 0) return
  const who = professional[site] ?? 0
  const index = 2 * site + who
  const counter = counters.get(site)
  const isDue =
    counter === undefined
      ? now - (bookletAt[index] ?? never) > (bookletHoursMax - bookletHoursLeftMin) * hourSeconds
      : counter.isBookletDue(who, now)
  if (!isDue) return
  bookletAt[index] = now
  counter?.takeBooklet(who, now, numbers)
}

/** The counter as it was left when the portal went: with its booklets, and with whoever is signed in. */
export const counterAt = (world: World, site: number): OfflineCounter => {
  const { counters, startMilliseconds, ledger, policy, bookletAt, professional, now } = world
  const known = counters.get(site)
  if (known !== undefined) return known
  const made = makeOfflineCounter(site, startMilliseconds, ledger, policy.hasClientIds)
  for (const who of [0, 1]) {
    const takenAt = bookletAt[2 * site + who] ?? never
    if (takenAt !== never) made.takeBooklet(who, takenAt, bookletNumbers(world, site))
  }
  if (hasSession(world, site)) made.signIn(professional[site] ?? 0, now)
  counters.set(site, made)
  return made
}

export const planExchange = (world: World, site: number, at: number): void => {
  if (world.hasExchange[site] === 1) return
  world.hasExchange[site] = 1
  plan(world, at, event.exchange, site)
}

/** The way into the portal is free: in a session, or just now. */
export const letIn = (world: World, site: number): void => {
  world.isLockedOut[site] = 0
  world.failures[site] = 0
  refreshBooklet(world, site)
  const counter = world.counters.get(site)
  if (counter !== undefined && counter.unsent > 0) planExchange(world, site, world.now + 1)
}

/** A sign-in ended well. */
export const signedIn = (world: World, site: number): void => {
  const { now, policy } = world
  world.signIn[site] = signInState.none
  world.sessionUntil[site] = now + policy.sessionSecondsMax
  world.usedAt[site] = now
  world.tally.signIn(true, now)
  world.counters.get(site)?.signIn(world.professional[site] ?? 0, now)
  letIn(world, site)
}

/** A sign-in ended badly. */
export const signInFailed = (world: World, site: number): void => {
  world.signIn[site] = signInState.none
  world.tally.signIn(false, world.now)
  shutOut(world, site)
}

/** Looks whether the portal is there, and signs in when it asks for it. */
export const tryAgain = (world: World, site: number): void => {
  if (world.signIn[site] !== signInState.none) return
  if (!world.outages.isReached(site, world.now)) shutOut(world, site)
  else if (hasSession(world, site)) letIn(world, site)
  else startSignIn(world, site)
}
