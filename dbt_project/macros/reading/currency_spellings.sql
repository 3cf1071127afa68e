{#- Code of a currency -> its usual spellings besides the code, in lower case. The first currency that lists a
    shared sign is the default for it. -#}
{% macro currency_spellings() %}
  {{- return({
    'EUR': ['€', 'euro', 'euros'],
    'USD': ['$', 'us$', 'usd$', '$us', 'u.s.$', 'dollar', 'dollars', 'us dollar', 'us dollars'],
    'GBP': ['£', '￡', '£stg', 'pound', 'pounds', 'pound sterling', 'pounds sterling', 'british pound', 'sterling'],
    'CHF': ['fr', 'fr.', 'sfr', 'sfr.', 'swiss franc', 'swiss francs'],
    'JPY': ['¥', '￥', 'jp¥', '円', 'yen'],
    'CNY': ['¥', '￥', 'rmb', 'cn¥', '元', 'yuan', 'renminbi'],
    'INR': ['₹', 'rs', 'rs.', 'rupee', 'rupees'],
    'BRL': ['r$', 'real', 'reais'],
    'CAD': ['$', 'c$', 'ca$', 'can$', 'canadian dollar', 'canadian dollars'],
    'AUD': ['$', 'a$', 'au$', 'australian dollar', 'australian dollars'],
    'NZD': ['$', 'nz$', 'new zealand dollar', 'new zealand dollars'],
    'MXN': ['$', 'mx$', 'mex$', 'mexican peso', 'mexican pesos'],
    'HKD': ['$', 'hk$'],
    'SGD': ['$', 's$', 'sg$'],
    'PLN': ['zł', 'zl', 'zloty', 'złoty'],
    'CZK': ['kč', 'kc'],
    'HUF': ['ft', 'forint'],
    'TRY': ['₺', 'tl'],
    'RUB': ['₽', 'руб', 'руб.', 'ruble', 'rubles'],
    'UAH': ['₴', 'грн', 'грн.'],
    'KRW': ['₩', 'won'],
    'ILS': ['₪', 'nis'],
    'VND': ['₫', 'đ'],
    'THB': ['฿', 'baht'],
    'NGN': ['₦', 'naira'],
    'PHP': ['₱'],
    'SEK': ['kr', 'kr.', 'krona', 'kronor'],
    'NOK': ['kr', 'kr.', 'krone', 'kroner'],
    'DKK': ['kr', 'kr.', 'krone', 'kroner'],
    'ZAR': ['r', 'rand']
  }) -}}
{% endmacro %}
