/** What the configuration says of admission, as the core wants it. */
import {
  defaultGateSettings,
  defaultRoomSettings,
  type GateSettings,
  type RoomSettings,
} from '@sidep/admission'
import type { Configuration } from '../platform/configuration.ts'

type Admission = Pick<Configuration, 'admission'>

export const gateSettingsOf = ({ admission }: Admission): GateSettings => ({
  ...defaultGateSettings,
  limit: {
    ...defaultGateSettings.limit,
    limitMax: admission.concurrencyMax,
    limitInitial: Math.min(defaultGateSettings.limit.limitInitial, admission.concurrencyMax),
    limitMin: Math.min(defaultGateSettings.limit.limitMin, admission.concurrencyMax),
  },
})

export const roomSettingsOf = ({ admission }: Admission): RoomSettings => ({
  ...defaultRoomSettings,
  paceMax: admission.loginsPerSecondMax,
  paceMin: Math.min(defaultRoomSettings.paceMin, admission.loginsPerSecondMax),
  noShowMilliseconds: admission.noShowSeconds * 1_000,
})
