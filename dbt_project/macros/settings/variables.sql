{#- Stops with one sentence that names the variable. It only fails when something is executed, so that a wrong setting
    fails this package's models and leaves the rest of a host's project alone. -#}
{% macro fail(variable, message) %}
  {%- if execute -%}
    {%- do exceptions.raise_compiler_error('Variable ' ~ variable ~ ' of warehouse_segmentation: ' ~ message ~ '.') -%}
  {%- endif -%}
{% endmacro %}

{#- How many segments: [smallest, largest, rule] from {min, max, rule}, one number, or none for 3 to 10. -#}
{% macro k_range(k, variable) %}
  {%- set config = {'min': k, 'max': k} if k is integer and k is not boolean else (k if k is mapping else {}) -%}
  {%- if k is not none and k is not mapping and not config -%}
    {%- do warehouse_segmentation.fail(variable, 'must be a whole number from 1 to 50 or {min, max, rule}, not ' ~ k) -%}
  {%- endif -%}
  {%- for key in config if key not in ['min', 'max', 'rule'] -%}
    {%- do warehouse_segmentation.fail(variable ~ '.' ~ key, 'is not known; k is a number or has min, max and rule') -%}
  {%- endfor -%}
  {%- set range = [config.get('min', 3), config.get('max', 10)] -%}
  {%- for value in range -%}
    {%- if value is not integer or value is boolean or value < 1 or value > 50 -%}
      {%- do warehouse_segmentation.fail(variable, 'must be a whole number from 1 to 50 or {min, max, rule} with such numbers, not ' ~ k) -%}
      {{- return([3, 10, 'auto']) -}}
    {%- endif -%}
  {%- endfor -%}
  {%- if range[0] > range[1] -%}
    {%- do warehouse_segmentation.fail(variable, 'has a min of ' ~ range[0] ~ ' above its max of ' ~ range[1] ~ ' (the defaults are 3 and 10)') -%}
  {%- endif -%}
  {%- set rules = ['auto', 'silhouette', 'elbow', 'davies_bouldin', 'stability'] -%}
  {%- if config.get('rule', 'auto') not in rules -%}
    {%- do warehouse_segmentation.fail(variable ~ '.rule', 'must be one of ' ~ rules | join(', ') ~ ", not '" ~ config.rule ~ "'") -%}
  {%- endif -%}
  {{- return(range + [config.get('rule', 'auto')]) -}}
{% endmacro %}

{#- How many published versions are kept; `segment publish` uses it too. -#}
{% macro keep_versions() %}
  {%- set versions = var('keep_versions') -%}
  {%- if versions is not integer or versions is boolean or versions < 1 -%}
    {%- do warehouse_segmentation.fail('keep_versions', 'must be a whole number of versions, at least 1, not ' ~ versions) -%}
  {%- endif -%}
  {{- return(versions) -}}
{% endmacro %}

{#- The colours of segments in order, the same in every chart and tool; people with the common kinds of colour
    blindness can distinguish them. After the eighth they repeat. `others` is for segment 0 and retired segments. -#}
{% macro segment_colours() %}
  {{- return({
      'segments': ['#0072B2', '#E69F00', '#009E73', '#D55E00', '#CC79A7', '#56B4E9', '#F0E442', '#5F6673'],
      'others': '#C4C7CC',
  }) -}}
{% endmacro %}

{#- The value of a key that takes one text or a list of texts, as a list of texts. YAML reads a bare Yes as a boolean,
    which means each of its spellings. -#}
{% macro read_list(value) %}
  {%- if value is none or value is undefined -%}{{- return([]) -}}{%- endif -%}
  {%- set given = value if value is sequence and value is not string and value is not mapping else [value] -%}
  {%- set texts = [] -%}
  {%- for item in given -%}
    {%- if item is boolean -%}
      {%- do texts.extend(['true', 'yes', 'on'] if item else ['false', 'no', 'off']) -%}
    {%- else -%}
      {%- do texts.append(item | string | trim) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(texts) -}}
{% endmacro %}

{#- True where a text is in a list, false elsewhere; the caller chooses the result for NULL. IN is not used, because
    engines may turn it into a join that filters are not pushed through: every row would be processed to read a few.
    -#}
{% macro is_one_of(expression, texts, or_null=false) %}
  {%- if not texts -%}
    {{- return(expression ~ ' is null' if or_null else 'false') -}}
  {%- endif -%}
  {{- return(adapter.dispatch('segmentation_is_one_of', 'warehouse_segmentation')(expression, texts, 'true' if or_null else 'false')) -}}
{% endmacro %}

{% macro default__segmentation_is_one_of(expression, texts, or_null) %}
  {%- set branches = [] -%}
  {%- for literal in warehouse_segmentation.text_literals(texts) -%}
    {%- do branches.append('when ' ~ literal ~ ' then true') -%}
  {%- endfor -%}
  {{- return('case ' ~ expression ~ ' ' ~ branches | join(' ') ~ ' else ' ~ (expression ~ ' is null' if or_null == 'true' else 'false') ~ ' end') -}}
{% endmacro %}

{% macro duckdb__segmentation_is_one_of(expression, texts, or_null) %}
  {#- In a filter, a CASE would evaluate the text again for each of its branches; list_contains becomes a join like IN
      (DuckDB 2), which even a query of other columns pays for. -#}
  {%- set position = 'list_position([' ~ warehouse_segmentation.text_literals(texts) | join(', ') ~ '], ' ~ expression ~ ')' -%}
  {#- no position is NULL or 0, by version -#}
  {{- return('coalesce(' ~ position ~ ' > 0, ' ~ (expression ~ ' is null' if or_null == 'true' else 'false') ~ ')') -}}
{% endmacro %}

{#- What a candidate must not do to become active automatically, with every default filled in. A wrong value stops
    with one sentence. -#}
{% macro promotion_guards() %}
  {%- set defaults = {'movers': 0.25, 'smallest_segment': 0.01, 'silhouette_lost': 0.05, 'stability_lost': 0.1,
                      'k_changed': true, 'verdict_worse': true, 'by_hand': false} -%}
  {%- set asked = var('promotion', none) -%}
  {%- if asked is none -%}{{- return(defaults) -}}{%- endif -%}
  {%- if asked is not mapping -%}
    {%- do warehouse_segmentation.fail('promotion', 'must be a mapping such as {movers: 0.25}, or null, not ' ~ asked) -%}
    {{- return(defaults) -}}
  {%- endif -%}
  {%- set guards = {} -%}
  {%- do guards.update(defaults) -%}
  {%- for name, value in asked.items() -%}
    {%- if name not in defaults -%}
      {%- do warehouse_segmentation.fail('promotion.' ~ name, 'is not known; the guards are ' ~ defaults.keys() | join(', ')) -%}
    {%- elif defaults[name] is boolean and value is not boolean -%}
      {%- do warehouse_segmentation.fail('promotion.' ~ name, 'must be true or false, not ' ~ value) -%}
    {%- elif defaults[name] is not boolean and value is not none and (value is not number or value is boolean or value < 0 or value > 1) -%}
      {%- do warehouse_segmentation.fail('promotion.' ~ name, 'must be a number from 0 to 1, or null, not ' ~ value) -%}
    {%- endif -%}
    {%- do guards.update({name: value}) -%}
  {%- endfor -%}
  {{- return(guards) -}}
{% endmacro %}
