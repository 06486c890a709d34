/**
 * Where a sign-in begins, asking for a session that this device can renew.
 *
 * @param url as `GET /api/doors` names it
 * @param returnPath one of our own pages
 * @param thumbprint of the device key, null to ask for a session that is not renewed
 */
export const doorAddress = (url: string, returnPath: string, thumbprint: string | null): string => {
  const query = new URLSearchParams({ return: returnPath })
  if (thumbprint !== null) query.set('device', thumbprint)
  return `${url}?${query}`
}
