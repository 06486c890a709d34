export {
  type CatalogueTables,
  catalogueTables,
  type Device,
  isDeviceValidOn,
  type TestKind,
} from './catalogue.ts'
export { defaultLimits, isCatchUp, isInFuture, isLate, type ScreeningLimits } from './limits.ts'
export { parseDay, parseMoment } from './moment.ts'
export { type ParsedResult, parseResult } from './parse-result.ts'
export { type ParsedScreening, parseScreening } from './parse-screening.ts'
export { otherDevice, type Screening } from './screening.ts'
export type { Shape } from './shape.ts'
export { countryCodeAt, isSiteZone, siteMoment, timeZoneOf } from './site-time.ts'
