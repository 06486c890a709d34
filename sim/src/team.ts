/** What the team of a site does: samples, hands over results, types what lies on the pile. */
import {
  counterAt,
  isStaffed,
  planExchange,
  refreshBooklet,
  shutOut,
  startSignIn,
  tryAgain,
} from './doors.ts'
import { draw, type Stream, streams } from './random.ts'
import {
  event,
  handing,
  hasSession,
  holding,
  nobody,
  plan,
  signInState,
  type World,
} from './world.ts'

/** Assumptions, seconds: least and most of what each takes. */
const samplingSeconds = [120, 240] as const
const entrySeconds = [45, 75] as const
/** A certificate of the antigen test by hand, stamped and signed. */
const paperSeconds = [120, 180] as const
const typingSeconds = [60, 90] as const
/** A slip is filled in by hand after the screening was typed, or instead of it. */
const slipSeconds = [90, 150] as const
/** A counter signs a provisional certificate; unlocking its key is part of it. */
const signingSeconds = 5

const duration = (
  { nation }: World,
  [least, most]: readonly [number, number],
  stream: Stream,
  person: number,
): number => least + (most - least) * draw(nation.seed, stream, person)

const linked = (
  world: World,
  first: Int32Array,
  last: Int32Array,
  site: number,
  person: number,
) => {
  const tail = last[site] ?? nobody
  world.next[person] = nobody
  if (tail === nobody) first[site] = person
  else world.next[tail] = person
  last[site] = person
}

const unlinked = (world: World, first: Int32Array, last: Int32Array, site: number): number => {
  const person = first[site] ?? nobody
  const following = world.next[person] ?? nobody
  first[site] = following
  if (following === nobody) last[site] = nobody
  return person
}

export const addResult = (world: World, person: number): void => {
  const site = world.nation.siteOf[person] ?? 0
  world.resultAt[person] = world.now
  world.tally.waiting += 1
  linked(world, world.resultFirst, world.resultLast, site, person)
}

const pile = (world: World, site: number, person: number): void =>
  linked(world, world.pileFirst, world.pileLast, site, person)

/** What is left when the portal does not answer. */
const withoutPortal = (world: World, site: number): number => {
  const { policy, outages, now, professional, slipsLeft } = world
  if (
    policy.hasOutbox &&
    outages.computerUp(site, now) &&
    counterAt(world, site).canCertify(professional[site] ?? 0, now)
  ) {
    return handing.provisional
  }
  if ((slipsLeft[site] ?? 0) === 0) return handing.paper
  slipsLeft[site] = (slipsLeft[site] ?? 0) - 1
  return handing.slip
}

const secondsOf = (world: World, how: number, person: number, isTyped: boolean): number => {
  const site = world.nation.siteOf[person] ?? 0
  // Nobody types what they know will not be taken, unless their computer keeps it.
  const isKept = world.policy.hasOutbox && world.outages.computerUp(site, world.now)
  const isEntry = how === handing.online || isKept
  const entry = isEntry && !isTyped ? duration(world, entrySeconds, streams.entry, person) : 0
  if (how === handing.provisional) return entry + signingSeconds
  if (how === handing.slip) return entry + duration(world, slipSeconds, streams.slip, person)
  if (how === handing.paper) return entry + duration(world, paperSeconds, streams.paper, person)
  return entry
}

const handOver = (world: World, person: number, how: number, afterSeconds: number): void => {
  world.handing[person] = how
  const seconds = secondsOf(world, how, person, false)
  plan(world, world.now + afterSeconds + seconds, event.handed, person)
}

/** Starts to hand over the first result, if that is possible now. */
const startHanding = (world: World, site: number): boolean => {
  const { outages, now, policy } = world
  const discovers = outages.computerUp(site, now) && world.isLockedOut[site] === 0
  if (discovers) {
    if (!hasSession(world, site) && world.signIn[site] === signInState.none) tryAgain(world, site)
    // The first sign-in of the day is waited for.
    const isSigningIn = world.signIn[site] === signInState.underWay
    if (isSigningIn && world.isLockedOut[site] === 0) return false
  }
  const isIn = world.isLockedOut[site] === 0 && hasSession(world, site)
  const isReached = outages.isReached(site, now)
  const person = unlinked(world, world.resultFirst, world.resultLast, site)
  if (isIn && isReached) {
    handOver(world, person, handing.online, 0)
    return true
  }
  // Whoever is first to find out waits for an answer that does not come.
  if (isIn) shutOut(world, site)
  handOver(world, person, withoutPortal(world, site), discovers ? policy.patienceSeconds : 0)
  return true
}

const startSampling = (world: World, site: number): boolean => {
  const person = world.nextToSample[site] ?? 0
  if (person >= (world.nextToArrive[site] ?? 0)) return false
  world.nextToSample[site] = person + 1
  world.tally.waiting -= 1
  const seconds = duration(world, samplingSeconds, streams.sampling, person)
  plan(world, world.now + seconds, event.sampled, person)
  return true
}

/** A computer that keeps what it is told takes the pile at once; otherwise only a session does. */
const startTyping = (world: World, site: number): boolean => {
  const { policy, outages, now } = world
  if (world.pileFirst[site] === nobody || !isStaffed(world, site)) return false
  if (!outages.computerUp(site, now)) return false
  const isIn = world.isLockedOut[site] === 0 && hasSession(world, site)
  if (!isIn && !policy.hasOutbox) {
    if (world.isLockedOut[site] === 0 && world.signIn[site] === signInState.none) {
      if (outages.isReached(site, now)) startSignIn(world, site)
      else shutOut(world, site)
    }
    return false
  }
  const person = unlinked(world, world.pileFirst, world.pileLast, site)
  const seconds = duration(world, typingSeconds, streams.typing, person)
  plan(world, world.now + seconds, event.typed, person)
  return true
}

/** Gives everybody who is free something to do: results first, then people in line, then the pile. */
export const assign = (world: World, site: number): void => {
  const staff = world.nation.staff[site] ?? 1
  while ((world.busy[site] ?? 0) < staff) {
    const isBusy =
      (world.resultFirst[site] !== nobody && startHanding(world, site)) ||
      startSampling(world, site) ||
      startTyping(world, site)
    if (!isBusy) return
    world.busy[site] = (world.busy[site] ?? 0) + 1
  }
}

/** A screening came in. */
export const cameIn = (world: World, person: number): void => {
  if ((world.handedAt[person] ?? 0) < 0) return
  world.tally.changeBacklog(-1, world.now)
  if (world.holding[person] !== holding.paper) return
  world.tally.withoutSignature -= 1
  world.signedAt[person] = world.now
}

const leave = (world: World, person: number, held: number): void => {
  const { tally, now, ledger } = world
  const row = tally.row(now)
  world.holding[person] = held
  world.handedAt[person] = now
  tally.waiting -= 1
  row.screened += 1
  if (held === holding.definitive) row.definitive += 1
  else if (held === holding.provisional) row.provisional += 1
  else if (held === holding.slip) row.slips += 1
  else {
    row.unsignedPapers += 1
    if (!ledger.isRecorded(person)) tally.withoutSignature += 1
  }
  if (held !== holding.paper) world.signedAt[person] = now
  if (!ledger.isRecorded(person)) tally.changeBacklog(1, now)
}

const change = (world: World, site: number, person: number, afterSeconds: number): void => {
  const how = withoutPortal(world, site)
  world.handing[person] = how
  const seconds = secondsOf(world, how, person, true)
  plan(world, world.now + afterSeconds + seconds, event.handed, person)
}

/** @returns whether the portal has it and said so */
const submit = (world: World, person: number): boolean => {
  const { nation, scenario, ledger, policy, now } = world
  const site = nation.siteOf[person] ?? 0
  if (ledger.record(person, policy.hasClientIds)) cameIn(world, person)
  const attempt = Math.floor(now)
  if (draw(nation.seed, streams.answer, person, attempt) < scenario.answersLostShare) return false
  world.usedAt[site] = now
  refreshBooklet(world, site)
  return true
}

/** The moment in which a person would get the document. */
export const finishHanding = (world: World, person: number): void => {
  const { nation, policy, outages, now, professional } = world
  const site = nation.siteOf[person] ?? 0
  const how = world.handing[person]
  const who = professional[site] ?? 0
  const hasComputer = outages.computerUp(site, now)
  if (how === handing.online || how === handing.onlineAgain) {
    if (!outages.isReached(site, now)) {
      if (world.isLockedOut[site] === 0) shutOut(world, site)
      change(world, site, person, hasComputer ? policy.patienceSeconds : 0)
      return
    }
    if (!submit(world, person)) {
      // Without an id of its own it is typed once more, and then it is there twice.
      const again = policy.hasClientIds ? 0 : duration(world, entrySeconds, streams.entry, person)
      world.handing[person] = handing.onlineAgain
      plan(world, now + policy.patienceSeconds + again, event.handed, person)
      return
    }
    leave(world, person, holding.definitive)
  } else if (how === handing.provisional) {
    if (!hasComputer || counterAt(world, site).certify(person, who, now) === null) {
      change(world, site, person, 0)
      return
    }
    leave(world, person, holding.provisional)
    planExchange(world, site, now + 1)
  } else {
    const isSlip = how === handing.slip
    leave(world, person, isSlip ? holding.slip : holding.paper)
    if (policy.hasOutbox && hasComputer) {
      counterAt(world, site).type(person, who, isSlip ? `slip ${person}` : null, now)
      planExchange(world, site, now + 1)
    } else pile(world, site, person)
  }
  world.busy[site] = (world.busy[site] ?? 1) - 1
  assign(world, site)
}

/** Something from the pile is typed. */
export const finishTyping = (world: World, person: number): void => {
  const { nation, policy, outages, now, professional } = world
  const site = nation.siteOf[person] ?? 0
  const isIn = world.isLockedOut[site] === 0 && hasSession(world, site)
  if (isIn && outages.isReached(site, now)) {
    if (!submit(world, person) && !policy.hasClientIds) world.ledger.record(person, false)
  } else if (policy.hasOutbox && outages.computerUp(site, now)) {
    const slip = world.holding[person] === holding.slip ? `slip ${person}` : null
    counterAt(world, site).type(person, professional[site] ?? 0, slip, now)
    planExchange(world, site, now + 1)
  } else {
    if (isIn) shutOut(world, site)
    pile(world, site, person)
  }
  world.busy[site] = (world.busy[site] ?? 1) - 1
  assign(world, site)
}
