/** Where synthetic sites lie: real towns, so that départements and overseas codes are exercised. */
export interface Place {
  readonly department: string
  readonly postalCode: string
  readonly municipality: string
}

const place = (department: string, postalCode: string, municipality: string): Place => ({
  department,
  postalCode,
  municipality,
})

export const places: readonly Place[] = [
  place('01', '01000', 'BOURG-EN-BRESSE'),
  place('06', '06000', 'NICE'),
  place('13', '13001', 'MARSEILLE'),
  place('13', '13100', 'AIX-EN-PROVENCE'),
  place('14', '14000', 'CAEN'),
  place('17', '17000', 'LA ROCHELLE'),
  place('2A', '20000', 'AJACCIO'),
  place('2B', '20200', 'BASTIA'),
  place('21', '21000', 'DIJON'),
  place('25', '25000', 'BESANÇON'),
  place('29', '29200', 'BREST'),
  place('30', '30000', 'NÎMES'),
  place('31', '31000', 'TOULOUSE'),
  place('33', '33000', 'BORDEAUX'),
  place('34', '34000', 'MONTPELLIER'),
  place('35', '35000', 'RENNES'),
  place('38', '38000', 'GRENOBLE'),
  place('42', '42000', 'SAINT-ÉTIENNE'),
  place('44', '44000', 'NANTES'),
  place('49', '49000', 'ANGERS'),
  place('51', '51100', 'REIMS'),
  place('54', '54000', 'NANCY'),
  place('57', '57000', 'METZ'),
  place('59', '59000', 'LILLE'),
  place('62', '62000', 'ARRAS'),
  place('63', '63000', 'CLERMONT-FERRAND'),
  place('67', '67000', 'STRASBOURG'),
  place('69', '69003', 'LYON'),
  place('72', '72000', 'LE MANS'),
  place('75', '75010', 'PARIS'),
  place('75', '75020', 'PARIS'),
  place('76', '76000', 'ROUEN'),
  place('83', '83000', 'TOULON'),
  place('86', '86000', 'POITIERS'),
  place('87', '87000', 'LIMOGES'),
  place('93', '93200', 'SAINT-DENIS'),
  place('94', '94000', 'CRÉTEIL'),
  place('97', '97110', 'POINTE-À-PITRE'),
  place('97', '97200', 'FORT-DE-FRANCE'),
  place('97', '97400', 'SAINT-DENIS'),
]
