{#- The working name of a column of customer_attributes. It cannot clash with a working column of a model,
    whatever name the mapping gives the attribute. -#}
{% macro attribute_column(name) %}
  {{- return('attribute_' ~ (warehouse_segmentation.extra_attributes().index(name) + 1)) -}}
{% endmacro %}

{#- An attribute converted by its type: numbers and bands to finite DOUBLE, booleans and dates unchanged, everything
    else to text, NULL where it is missing. -#}
{% macro attribute_expression(name, type, is_band=false) %}
  {%- set quoted = warehouse_segmentation.quoted(name) -%}
  {%- set family = warehouse_segmentation.type_family(type) -%}
  {%- if family == 'number' -%}
    {{- return(warehouse_segmentation.finite(quoted)) -}}
  {%- elif is_band and family == 'text' -%}
    {{- return(warehouse_segmentation.finite('(' ~ warehouse_segmentation.band_number(name) ~ ')')) -}}
  {%- elif family in ['boolean', 'moment'] -%}
    {{- return(quoted) -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.read_text(quoted, type)) -}}
{% endmacro %}

{#- Column of customer_attributes -> numeric, category or other (a date, say), by the type that its
    mapping or relation has. -#}
{% macro attribute_kinds() %}
  {%- set kinds = {} -%}
  {%- set types = warehouse_segmentation.attribute_types() -%}
  {%- for name in warehouse_segmentation.extra_attributes() -%}
    {%- do kinds.update({name: {'number': 'numeric', 'boolean': 'numeric', 'text': 'category'}.get(
          warehouse_segmentation.type_family(types.get(name, 'varchar')), 'other')}) -%}
  {%- endfor -%}
  {%- for given in warehouse_segmentation.given_features() -%}
    {%- for column in given.columns -%}{%- do kinds.update({column.name: column.kind or 'numeric'}) -%}{%- endfor -%}
  {%- endfor -%}
  {{- return(kinds) -}}
{% endmacro %}

{#- Names of the columns of customer_attributes after customer_id: the customers' mapped extras, then
    those of `feature_relations`. -#}
{% macro attribute_names() %}
  {%- set names = warehouse_segmentation.extra_attributes() | list -%}
  {%- for given in warehouse_segmentation.given_features() -%}
    {%- do names.extend(given.columns | map(attribute='name')) -%}
  {%- endfor -%}
  {{- return(names) -}}
{% endmacro %}

{#- Extra attribute of the customers -> its type as it is kept: that of its mapping, but a number where it is a band,
    or the type that its entry in `read` gives it. -#}
{% macro attribute_types() %}
  {%- set types = warehouse_segmentation.input_types('customers') -%}
  {%- for name in warehouse_segmentation.input_bands('customers') if name in types -%}{%- do types.update({name: 'double'}) -%}{%- endfor -%}
  {%- for name in types -%}
    {%- set kind = warehouse_segmentation.read_kind(warehouse_segmentation.read_entry('customers', name)) -%}
    {%- if kind -%}{%- do types.update({name: {'number': 'double', 'moment': 'timestamp', 'flag': 'boolean'}[kind]}) -%}{%- endif -%}
  {%- endfor -%}
  {{- return(types) -}}
{% endmacro %}

{#- Fails when the name of an extra attribute of the customers is taken: by a feature, by a column of the inputs,
    or by another attribute in different case. Any other name is allowed. -#}
{% macro check_attribute_name(name, variable) %}
  {%- set folded = name | lower -%}
  {%- if folded in warehouse_segmentation.feature_definitions() | map(attribute='name') -%}
    {%- do warehouse_segmentation.fail(variable, 'is the name of a feature this package computes; give the attribute another name') -%}
  {%- elif folded in warehouse_segmentation.input_definitions()['customers'].columns -%}
    {%- do warehouse_segmentation.fail(variable, 'is the name of a customer column with a meaning of its own; give the attribute another name') -%}
  {%- elif not folded | trim -%}
    {%- do warehouse_segmentation.fail(variable, 'is not a name; give the attribute one') -%}
  {%- elif warehouse_segmentation.extra_attributes() | map('lower') | select('equalto', folded) | list | length > 1 -%}
    {%- do warehouse_segmentation.fail(variable, 'is there twice, in upper and in lower case; rename one of the two') -%}
  {%- endif -%}
{% endmacro %}

{#- Whether an example of a mapped column may only show its shape: ids, free text, and columns whose name suggests a
    person's name, address or other contact data. -#}
{% macro is_confidential(name, expression, kind) %}
  {%- set told = (name ~ ' ' ~ expression) | lower -%}
  {{- return(kind in ['id', 'text'] or modules.re.search('mail|phone|(^|[^a-z])tel|mobil|(^|[^a-z])fax|iban|address|adress|street|stra(ss|ß)e|(post|zip|plz)|(first|last|full|sur|family|user|nick|vor|nach)[ _-]?name|contact', told) is not none) -}}
{% endmacro %}

{#- The published texts of the customers, name -> column of staging, that are searched for e-mail addresses and
    phone numbers. -#}
{% macro contact_columns() %}
  {%- set columns = {'customer_id': 'customer_id'} -%}
  {%- set types = warehouse_segmentation.input_types('customers') -%}
  {%- set bands = warehouse_segmentation.input_bands('customers') -%}
  {%- for name in warehouse_segmentation.extra_attributes()
        if name in types and name not in bands
          and warehouse_segmentation.type_family(types[name]) == 'text'
          and warehouse_segmentation.read_kind(warehouse_segmentation.read_entry('customers', name)) is none -%}
    {%- do columns.update({name: warehouse_segmentation.attribute_column(name)}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}
