// Asks the waiting room when it said to, shows place and time, and goes to the door in turn.
// Without this script the page reloads by itself and does the same.
;(() => {
  const room = document.getElementById('room')
  const { door, pollSeconds, minute, minutes, unknown, now } = room.dataset
  const show = (id, text) => {
    const element = document.getElementById(id)
    if (element.textContent !== text) element.textContent = text
  }
  const inWords = (seconds) =>
    seconds < 60 ? minute : minutes.replace('{minutes}', String(Math.ceil(seconds / 60)))
  const number = new Intl.NumberFormat(document.documentElement.lang === 'fr' ? 'fr-FR' : 'en-GB')

  const later = (seconds) => setTimeout(ask, Math.max(1, seconds) * 1000)

  // Twenty thousand pages must not come back together after an outage: up to as long again, at random.
  const laterAfterFailure = (seconds) => later(seconds * (1 + Math.random()))

  const take = (view) => {
    if (view.state !== 'waiting') {
      show('news', now)
      location.replace(door)
      return
    }
    show('position', view.position === null ? unknown : number.format(view.position))
    show('wait', view.waitSeconds === null ? unknown : inWords(view.waitSeconds))
    later(view.pollAfterSeconds)
  }

  const ask = async () => {
    try {
      const response = await fetch('/api/waiting-room', { cache: 'no-store' })
      if (response.ok) take(await response.json())
      else laterAfterFailure(Number(response.headers.get('retry-after')) || 10)
    } catch {
      // No network: the place is kept, ask again.
      laterAfterFailure(10)
    }
  }

  later(Number(pollSeconds))
})()
