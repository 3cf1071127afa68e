{#- The code of a currency, whatever its spelling. A text that is not a known spelling is returned in upper case, a
    missing one as NULL. A sign that several currencies share means the first of them. -#}
{% macro currency_code(expression) %}
  {%- set text = 'trim(cast(' ~ expression ~ ' as string))' -%}
  {%- set code_of = {} -%}
  {%- for code, spellings in warehouse_segmentation.currency_spellings().items() -%}
    {%- for spelling in spellings if spelling not in code_of -%}{%- do code_of.update({spelling: code}) -%}{%- endfor -%}
  {%- endfor -%}
  {%- set codes = code_of.values() | list -%}
  {%- set branches = [] -%}
  {%- for literal in warehouse_segmentation.text_literals(code_of) -%}
    {%- do branches.append('when ' ~ literal ~ " then '" ~ codes[loop.index0] ~ "'") -%}
  {%- endfor -%}
  {{- return('case when not ' ~ warehouse_segmentation.says_nothing(expression) ~ ' then coalesce(case lower(' ~ text ~ ') '
        ~ branches | join(' ') ~ ' end, upper(' ~ text ~ ')) end') -}}
{% endmacro %}

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
