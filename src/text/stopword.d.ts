/** The lists of `stopword` that are used; the package has no types. */
declare module 'stopword' {
  type List = readonly string[];
  export const ara: List, bul: List, cat: List, ces: List, dan: List, deu: List, ell: List, eng: List;
  export const fin: List, fra: List, heb: List, hin: List, hun: List, ind: List, ita: List, jpn: List;
  export const kor: List, nld: List, nob: List, pol: List, por: List, ron: List, rus: List, spa: List;
  export const swe: List, tha: List, tur: List, ukr: List, vie: List, zho: List;
}
