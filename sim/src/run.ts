/** Virtual time: one thing after the other until the days are over. */
import { daySeconds, hourSeconds } from '@sidep/time'
import {
  isStaffed,
  letIn,
  moveLine,
  planExchange,
  refreshBooklet,
  signedIn,
  signInFailed,
  tryAgain,
} from './doors.ts'
import { draw, streams } from './random.ts'
import { lookSeconds } from './tally.ts'
import { addResult, assign, cameIn, finishHanding, finishTyping } from './team.ts'
import {
  event,
  eventKindCount,
  hasSession,
  isOpen,
  makeWorld,
  never,
  nobody,
  plan,
  signInState,
  type World,
  type WorldDependencies,
} from './world.ts'

/** A rapid antigen test takes this long to show. */
const resultSeconds = 900
/** Share of sites where somebody else takes over later in the day, and how many of them opened the counter that morning. Assumptions. */
const shiftShare = 0.3
const colleagueShare = 0.8
/** People come to work within so many seconds of opening. */
const openingJitterSeconds = 180
/** Whose share of locked out sites would say little, when so few are open. */
const openShareMin = 0.1

const prepare = (world: World): void => {
  const { nation } = world
  for (let site = 0; site < nation.siteCount; site += 1) {
    planArrival(world, site)
    for (let day = 0; day < nation.dayCount; day += 1) {
      plan(world, nation.opensAt[site * nation.dayCount + day] ?? 0, event.open, site)
    }
  }
  for (let at = lookSeconds; at <= world.endSeconds; at += lookSeconds) {
    plan(world, at, event.look, 0)
  }
}

const planArrival = (world: World, site: number): void => {
  const { nation, nextToArrive } = world
  const person = nextToArrive[site] ?? 0
  if (person >= (nation.firstPerson[site + 1] ?? 0)) return
  plan(world, nation.arrivesAt[person] ?? 0, event.arrive, site)
}

const arrive = (world: World, site: number): void => {
  world.nextToArrive[site] = (world.nextToArrive[site] ?? 0) + 1
  world.tally.waiting += 1
  world.tally.row(world.now).arrived += 1
  planArrival(world, site)
  assign(world, site)
}

const sampled = (world: World, person: number): void => {
  const site = world.nation.siteOf[person] ?? 0
  plan(world, world.now + resultSeconds, event.result, person)
  world.busy[site] = (world.busy[site] ?? 1) - 1
  assign(world, site)
}

/** A new day at a site: nobody is signed in, and what lies there from yesterday is seen to first. */
const open = (world: World, site: number): void => {
  const { nation, now, counters } = world
  const day = Math.floor(now / daySeconds)
  world.professional[site] = 0
  world.failures[site] = 0
  world.isLockedOut[site] = 0
  if (draw(nation.seed, streams.shift, site) < shiftShare) {
    const opens = nation.opensAt[site * nation.dayCount + day] ?? 0
    const closes = nation.closesAt[site * nation.dayCount + day] ?? 0
    const share = 0.4 + 0.4 * draw(nation.seed, streams.shiftTime, site, day)
    plan(world, opens + share * (closes - opens), event.shift, site)
  }
  const hasBacklog = world.pileFirst[site] !== nobody || (counters.get(site)?.unsent ?? 0) > 0
  if (!hasBacklog || world.hasRetry[site] === 1) return
  world.hasRetry[site] = 1
  const jitter = openingJitterSeconds * draw(nation.seed, streams.jitter, site, day)
  plan(world, now + jitter, event.retry, site)
}

/** Somebody else takes over: signs in anew, with their own booklet if they had opened the counter today. */
const shift = (world: World, site: number): void => {
  const { nation, now, outages, counters, bookletAt } = world
  world.professional[site] = 1
  world.sessionUntil[site] = never
  const counter = counters.get(site)
  counter?.signOut(now)
  // What a colleague left without a number waits for this person's session.
  if (counter !== undefined && counter.unsent > 0) tryAgain(world, site)
  const day = Math.floor(now / daySeconds)
  const openedAt = (nation.opensAt[site * nation.dayCount + day] ?? 0) + 1_800
  const wasHere = draw(nation.seed, streams.colleague, site, day) < colleagueShare
  const couldTake = outages.isReached(site, openedAt) && outages.providerUp(openedAt)
  if (!wasHere || !couldTake || counters.has(site)) return
  if (world.policy.bookletNumbersMin > 0) bookletAt[2 * site + 1] = openedAt
}

const retry = (world: World, site: number): void => {
  world.hasRetry[site] = 0
  if (!isStaffed(world, site)) return
  tryAgain(world, site)
  assign(world, site)
}

const exchange = (world: World, site: number): void => {
  const { counters, nation, now, scenario, outages } = world
  world.hasExchange[site] = 0
  const counter = counters.get(site)
  // With the counter shut down nothing is sent; it starts again with the morning.
  if (counter === undefined || counter.unsent === 0 || !isOpen(world, site)) return
  if (!outages.computerUp(site, now)) return
  const moment = Math.floor(now)
  const isIn = hasSession(world, site)
  const { recorded, isAnswered, againAt } = counter.exchange({
    at: now,
    isReached: outages.isReached(site, now),
    hasSession: isIn,
    isAnswerLost: draw(nation.seed, streams.lapse, site, moment) < scenario.answersLostShare,
    random: draw(nation.seed, streams.retry, site, moment),
  })
  for (const person of recorded) cameIn(world, person)
  if (isAnswered && isIn) {
    world.usedAt[site] = now
    if (world.isLockedOut[site] === 1 && world.signIn[site] === signInState.none) {
      letIn(world, site)
      assign(world, site)
    }
    refreshBooklet(world, site)
  }
  if (againAt !== null) planExchange(world, site, againAt)
}

const look = (world: World): void => {
  const { nation, tally, now } = world
  let openCount = 0
  let lockedOut = 0
  for (let site = 0; site < nation.siteCount; site += 1) {
    if (!isOpen(world, site)) continue
    openCount += 1
    if (world.isLockedOut[site] === 1) lockedOut += 1
  }
  const isTelling = openCount >= nation.siteCount * openShareMin
  tally.look(now, isTelling ? lockedOut / openCount : 0)
  const { storageLost } = world
  if (storageLost === null || now !== storageLost.atHours * hourSeconds) return
  for (const site of [...world.counters.keys()]) {
    if (draw(nation.seed, streams.computer, site, 1) < storageLost.share)
      world.counters.delete(site)
  }
}

const happen = (world: World, what: number, index: number): void => {
  switch (what) {
    case event.arrive:
      arrive(world, index)
      break
    case event.sampled:
      sampled(world, index)
      break
    case event.result:
      addResult(world, index)
      assign(world, world.nation.siteOf[index] ?? 0)
      break
    case event.handed:
      finishHanding(world, index)
      break
    case event.typed:
      finishTyping(world, index)
      break
    case event.signedIn:
      signedIn(world, index)
      assign(world, index)
      break
    case event.signInFailed:
      signInFailed(world, index)
      assign(world, index)
      break
    case event.exchange:
      exchange(world, index)
      break
    case event.moveLine:
      moveLine(world)
      break
    case event.open:
      open(world, index)
      break
    case event.retry:
      retry(world, index)
      break
    case event.shift:
      shift(world, index)
      break
    case event.look:
      look(world)
      break
  }
}

/** Lets the days pass, and returns how the world is then. */
export const run = (dependencies: WorldDependencies): World => {
  const world = makeWorld(dependencies)
  const { events } = world
  prepare(world)
  while (events.pop() && events.at <= world.endSeconds) {
    const { at, what } = events
    world.now = at
    happen(world, what % eventKindCount, Math.floor(what / eventKindCount))
  }
  return world
}
