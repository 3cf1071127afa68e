{#- A text or a category: trimmed, NULL where it is missing. -#}
{% macro read_text(expression, data_type='varchar', entry={}, name='') %}
  {%- set text = 'trim(cast(' ~ expression ~ ' as string))' -%}
  {{- return('case when not ' ~ warehouse_segmentation.says_nothing(expression, data_type, entry, 'text', name) ~ ' then ' ~ text ~ ' end') -}}
{% endmacro %}

{#- A value as text to compare with words: trimmed, lower case, whole numbers without '.0'. -#}
{% macro plain_text(expression, data_type='varchar') %}
  {%- if warehouse_segmentation.type_family(data_type) == 'number' -%}
    {{- return(warehouse_segmentation.id_text(expression, data_type)) -}}
  {%- endif -%}
  {{- return('lower(trim(cast(' ~ expression ~ ' as string)))') -}}
{% endmacro %}

{#- A text as TIMESTAMP by the first of the formats that fits, in the engine's own notation. -#}
{% macro parsed_text(text, formats) %}
  {%- set texts = {'sql': text} -%}
  {%- set parts = [] -%}
  {%- for format in formats -%}{%- do parts.extend(warehouse_segmentation.format_parts(format) | map(attribute='text')) -%}{%- endfor -%}
  {%- if 'am' in parts -%}
    {#- 'a.m.' is am, and some systems write a narrow blank before it -#}
    {%- do texts.update({'sql': 'replace(replace(replace(lower(' ~ text ~ '), ' ~ warehouse_segmentation.text_literal('\u202f') ~ ", ' '), "
          ~ warehouse_segmentation.text_literal('\u00a0') ~ ", ' '), '.m.', 'm')"}) -%}
  {%- endif -%}
  {%- if 'tz' in parts -%}
    {%- do texts.update({'sql': 'regexp_replace(' ~ texts.sql ~ ", '(Z|z|UTC|utc|GMT|gmt)$', '+00')"}) -%}
  {%- endif -%}
  {{- return(adapter.dispatch('segmentation_parsed_text', 'warehouse_segmentation')(texts.sql, formats, 'tz' in parts)) -}}
{% endmacro %}

{% macro default__segmentation_parsed_text(text, formats, has_offset) %}
  {%- set written = {'yyyy': '%Y', 'yy': '%y', 'mmmm': '%B', 'mmm': '%b', 'mm': '%m', 'm': '%m', 'dd': '%d', 'd': '%d', 'hh': '%H', 'mi': '%M',
                     'ss': '%S', 'ff': '%f', 'am': '%p', 'tz': '%z'} -%}
  {%- set patterns = [] -%}
  {%- for format in formats -%}
    {%- set parts = warehouse_segmentation.format_parts(format) -%}
    {%- set hour = '%I' if 'am' in parts | map(attribute='text') else '%H' -%}
    {%- set pattern = [] -%}
    {%- for part in parts -%}
      {%- do pattern.append(part.text.replace('%', '%%') if part.kind != 'token' else (hour if part.text == 'hh' else written[part.text])) -%}
    {%- endfor -%}
    {%- do patterns.append(warehouse_segmentation.text_literal(pattern | join(''))) -%}
  {%- endfor -%}
  {#- nanoseconds would be of another type, with fewer years -#}
  {%- set given = 'regexp_replace(' ~ text ~ ", '([.,][0-9]{6})[0-9]+', '\\1')" if '%f' in patterns | join('') else text -%}
  {%- set parsed = 'try_strptime(' ~ given ~ ', [' ~ patterns | join(', ') ~ '])' -%}
  {{- return("timezone('UTC', " ~ parsed ~ ')' if has_offset else parsed) -}}
{% endmacro %}

{% macro spark__segmentation_parsed_text(text, formats, has_offset) %}
  {%- set written = {'yyyy': 'yyyy', 'yy': 'yy', 'mmmm': 'MMMM', 'mmm': 'MMM', 'mm': 'M', 'm': 'M', 'dd': 'd', 'd': 'd', 'hh': 'H', 'mi': 'm', 'ss': 's',
                     'ff': 'SSSSSSSSS', 'am': 'a', 'tz': '[XXX][XX][X]'} -%}
  {%- set readings = [] -%}
  {%- for format in formats -%}
    {%- set parts = warehouse_segmentation.format_parts(format) -%}
    {%- set texts = parts | map(attribute='text') | list -%}
    {%- set together = warehouse_segmentation.runs_together(format) -%}
    {%- set pattern = [] -%}
    {%- for part in parts -%}
      {%- set token = ('h' if 'am' in texts else 'H') if part.text == 'hh' else written.get(part.text) -%}
      {%- if part.kind != 'token' -%}
        {%- do pattern.append("'" ~ part.text.replace("'", "''") ~ "'") -%}
      {%- else -%}
        {%- do pattern.append(token ~ token if together and token | length == 1 and token != 'a' else token) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set parsed = 'try_to_timestamp(' ~ text ~ ', ' ~ warehouse_segmentation.text_literal(pattern | join('')) ~ ')' -%}
    {#- Spark reads two digits as 2000 to 2099 -#}
    {%- do readings.append('case when year(' ~ parsed ~ ') > 2068 then ' ~ parsed ~ " - interval '100' year else " ~ parsed ~ ' end' if 'yy' in texts else parsed) -%}
  {%- endfor -%}
  {{- return('coalesce(' ~ readings | join(', ') ~ ')' if readings | length > 1 else readings[0]) -}}
{% endmacro %}

{#- A text without some characters. Engines replace one text faster than they translate several. -#}
{% macro without(expression, characters) %}
  {%- set sql = [expression] -%}
  {%- for character in characters -%}
    {%- do sql.append('replace(' ~ sql[-1] ~ ', ' ~ warehouse_segmentation.text_literal(character) ~ ", '')") -%}
  {%- endfor -%}
  {{- return(sql[-1]) -}}
{% endmacro %}
