/** Codes come with Node's Unicode data; decimals are ISO 4217's, not Unicode's, which prints HUF and IDR without any. */
export const currencyCodes: readonly string[] = Intl.supportedValuesOf('currency');

export const isCurrency = (code: string): boolean => currencyCodes.includes(code);

// ISO 4217 list one, amendment 179; every other currency has two.
const noDecimals = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ');
const threeDecimals = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');
const fourDecimals = 'CLF UYW'.split(' ');

/** Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for TND. */
export const minorDigits = (code: string): number => {
  if (noDecimals.includes(code)) return 0;
  if (threeDecimals.includes(code)) return 3;
  return fourDecimals.includes(code) ? 4 : 2;
};
