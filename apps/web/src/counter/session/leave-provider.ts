import { type Door, routes } from '@sidep/contracts'

/**
 * After a sign-out here: on to the identity provider, which keeps a session of its own in this browser that the next
 * person at this counter would meet. The way leads back to the sign-in page, at once when the provider is away.
 */
export const leaveProvider = (door: Door): void => {
  if (door === 'ecps') location.assign(routes.loginEcpsLogout)
}
