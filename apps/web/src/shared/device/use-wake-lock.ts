import { useEffect } from 'react'

/** Keeps the screen on while the page is shown: a doorman does not unlock a phone forty times. */
export const useWakeLock = (): void => {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null
    let left = false
    const take = async () => {
      if (document.hidden || navigator.wakeLock === undefined) return
      try {
        const taken = await navigator.wakeLock.request('screen')
        if (left) await taken.release()
        else lock = taken
      } catch (error) {
        // Refused (low battery, policy): a convenience, nothing depends on it.
        console.info('WAKE_LOCK_REFUSED', error)
      }
    }
    const again = () => void take()
    void take()
    document.addEventListener('visibilitychange', again)
    return () => {
      left = true
      document.removeEventListener('visibilitychange', again)
      void lock?.release()
    }
  }, [])
}
