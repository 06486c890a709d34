export {
  type DeviceKey,
  makeDeviceKey,
  openDeviceKey,
  type RenewalStatement,
} from './device-key.ts'
export { doorAddress } from './door-address.ts'
export {
  createSessionRenewal,
  type SessionRenewal,
  type SessionRenewalNeeds,
} from './session-renewal.ts'
