/**
 * Where a country's calendar days begin and end: IANA names of the places of its capitals, for the countries that took
 * part in the EU's certificate (eHealth Network, list of participating countries). `EU` stands for rules of no country, whose days are told in UTC.
 */
// biome-ignore format: a table
const placeOf: Readonly<Record<string, string>> = {
  AD: 'Europe/Andorra', AE: 'Asia/Dubai', AL: 'Europe/Tirane', AM: 'Asia/Yerevan', AT: 'Europe/Vienna',
  BE: 'Europe/Brussels', BG: 'Europe/Sofia', BJ: 'Africa/Porto-Novo', BR: 'America/Sao_Paulo', CH: 'Europe/Zurich',
  CO: 'America/Bogota', CV: 'Atlantic/Cape_Verde', CY: 'Asia/Nicosia', CZ: 'Europe/Prague', DE: 'Europe/Berlin',
  DK: 'Europe/Copenhagen', EC: 'America/Guayaquil', EE: 'Europe/Tallinn', ES: 'Europe/Madrid', EU: 'UTC',
  FI: 'Europe/Helsinki', FO: 'Atlantic/Faroe', FR: 'Europe/Paris', GB: 'Europe/London', GE: 'Asia/Tbilisi',
  GR: 'Europe/Athens', HR: 'Europe/Zagreb', HU: 'Europe/Budapest', ID: 'Asia/Jakarta', IE: 'Europe/Dublin',
  IL: 'Asia/Jerusalem', IS: 'Atlantic/Reykjavik', IT: 'Europe/Rome', KR: 'Asia/Seoul', KW: 'Asia/Kuwait',
  KZ: 'Asia/Almaty', LB: 'Asia/Beirut', LI: 'Europe/Vaduz', LT: 'Europe/Vilnius', LU: 'Europe/Luxembourg',
  LV: 'Europe/Riga', MA: 'Africa/Casablanca', MC: 'Europe/Monaco', MD: 'Europe/Chisinau', ME: 'Europe/Podgorica',
  MG: 'Indian/Antananarivo', MK: 'Europe/Skopje', MT: 'Europe/Malta', MY: 'Asia/Kuala_Lumpur', NL: 'Europe/Amsterdam',
  NO: 'Europe/Oslo', NZ: 'Pacific/Auckland', OM: 'Asia/Muscat', PA: 'America/Panama', PE: 'America/Lima',
  PH: 'Asia/Manila', PL: 'Europe/Warsaw', PT: 'Europe/Lisbon', RO: 'Europe/Bucharest', RS: 'Europe/Belgrade',
  SC: 'Indian/Mahe', SE: 'Europe/Stockholm', SG: 'Asia/Singapore', SI: 'Europe/Ljubljana', SK: 'Europe/Bratislava',
  SM: 'Europe/San_Marino', SV: 'America/El_Salvador', TG: 'Africa/Lome', TH: 'Asia/Bangkok', TN: 'Africa/Tunis',
  TR: 'Europe/Istanbul', TW: 'Asia/Taipei', UA: 'Europe/Kiev', UY: 'America/Montevideo', VA: 'Europe/Vatican',
  VN: 'Asia/Ho_Chi_Minh', XK: 'Europe/Belgrade',
}

/** @returns undefined for a country that is not known here: its days are nobody's guess */
export const timeZoneOf = (country: string): string | undefined => placeOf[country]
