/** Way through a door, and back here, with the device that the session will be bound to. */
export const wayOf = (url: string, device: string | null): string =>
  `${url}?${new URLSearchParams({ return: '/pilotage/', ...(device === null ? {} : { device }) })}`
