{#- It reads the raw inputs, so it waits for the models that check the mapping. -#}
-- depends_on: {{ ref('warehouse_segmentation', 'stg_segmentation__customers') }}
-- depends_on: {{ ref('warehouse_segmentation', 'stg_segmentation__transactions') }}
-- depends_on: {{ ref('warehouse_segmentation', 'stg_segmentation__events') }}
{%- set mapped = {} -%}
{%- for input in warehouse_segmentation.input_definitions() if warehouse_segmentation.input_config(input) is not none -%}
  {%- set columns = warehouse_segmentation.mapped_columns(input) -%}
  {%- if columns -%}{%- do mapped.update({input: columns}) -%}{%- endif -%}
{%- endfor %}

with

{% for input, columns in mapped.items() -%}
{%- set types = {} -%}
{%- for column in columns -%}{%- do types.update({column.name: column.type}) -%}{%- endfor -%}
{%- set bands = [] -%}
{%- for name in warehouse_segmentation.input_bands(input) if name in types -%}{%- do bands.append(name) -%}{%- endfor -%}
{%- set positions = columns | map(attribute='position') | list -%}
{%- set long = [] -%}
{%- for column in columns if column.kind == 'number' and warehouse_segmentation.type_family(column.type) == 'text' -%}{%- do long.append(column.position) -%}{%- endfor -%}
{{ input }}_rows as (

    {{ warehouse_segmentation.banded_query(input) }}

),

-- the raw value, whether it is missing, and whether it can be read
{{ input }}_values as (

    select
        {%- for column in columns %}
        {%- set p = column.position %}
        {%- set came = warehouse_segmentation.quoted(column.name) %}
        {%- set family = warehouse_segmentation.type_family(column.type) %}
        {%- set is_float = column.type.startswith(('double', 'float', 'real')) %}
        {#- for numbers in text the longest is the best example: its length goes before it -#}
        {%- if column.position in long %}
        lpad(cast(length({{ came }}) as string), 5, '0') || {{ came }} as came_{{ p }},
        {%- else %}
        {{ 'cast(' ~ came ~ ' as string)' if family == 'other' else came }} as came_{{ p }},
        {%- endif %}
        {#- a text that begins with a character beyond the blank need not be trimmed #}
        {{ "case when " ~ came ~ " >= '!' then true else trim(" ~ came ~ ") <> '' end" if family == 'text' else came ~ ' is not null' }} as is_filled_{{ p }},
        not {{ warehouse_segmentation.raw_is_nothing(input, column.name, column.canonical_kind, types) }}
        {{- ' and ' ~ came ~ " <> cast('nan' as double)" if is_float }} as says_{{ p }},
        {#- a text is always readable, and so is an id, except one that a floating-point number has lost #}
        {%- if column.kind in ['category', 'text'] or column.kind == 'id' and not is_float %}
        true as reads_{{ p }}
        {%- else %}
        {{ warehouse_segmentation.read_column(input, column.name, column.canonical_kind, types) }} is not null as reads_{{ p }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from {{ input }}_rows

),

-- The example is the largest value that can be read: among dates in text it shows most of their form.
{{ input }}_counts as (

    select
        count(*) as input_rows
        {%- for p in positions %},
        count(case when is_filled_{{ p }} then 1 end) as filled_{{ p }},
        count(case when is_filled_{{ p }} and not says_{{ p }} then 1 end) as nothing_{{ p }},
        count(case when says_{{ p }} and not reads_{{ p }} then 1 end) as unread_{{ p }},
        {%- set from_length = ['substr(', ', 6)'] if p in long else ['', ''] %}
        {{ from_length[0] }}max(case when says_{{ p }} and reads_{{ p }} then came_{{ p }} end){{ from_length[1] }} as example_{{ p }},
        {{ from_length[0] }}max(case when says_{{ p }} and not reads_{{ p }} then came_{{ p }} end){{ from_length[1] }} as unread_example_{{ p }}
        {%- endfor %}

    from {{ input }}_values

),

{{ input }}_examples as (

    select
        {%- for column in columns %}
        example_{{ column.position }} as {{ warehouse_segmentation.quoted(column.name) }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ input }}_counts

),

{{ input }}_banded_examples as (

    select
        {{ input }}_examples.*
        {%- for name in bands %},
        {{ warehouse_segmentation.band_parts(name) }}
        {%- endfor %}

    from {{ input }}_examples

),

{{ input }}_read_examples as (

    select
        {%- for column in columns %}
        {%- set value = warehouse_segmentation.read_column(input, column.name, column.canonical_kind, types) %}
        {{ warehouse_segmentation.shown_value(value, column.kind) }} as read_{{ column.position }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ input }}_banded_examples

),

{{ input }}_mapping as (

    select * from (values
        {%- for column in columns %}
        (
            {{ column.position }},
            {{ warehouse_segmentation.text_literal(column.name) }},
            {{ warehouse_segmentation.text_literal(column.expression) }},
            '{{ column.kind }}',
            {{ warehouse_segmentation.text_literal(column.reading) }},
            {{ 'true' if column.is_confidential else 'false' }}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as mapping (position, column_name, expression, kind, reading, is_confidential) -- noqa: AL05

),

{{ input }}_columns as (

    select
        '{{ input }}' as input,
        mapping.position,
        mapping.column_name,
        mapping.expression,
        mapping.kind,
        mapping.reading,
        mapping.is_confidential,
        counts.input_rows,
        {%- for name in ['filled', 'nothing', 'unread'] %}
        {{- warehouse_segmentation.of_position(name, positions) }} as {{ name }}_rows,
        {%- endfor %}
        case mapping.position
            {%- for p in positions %}
            when {{ p }} then cast(example_{{ p }} as string)
            {%- endfor %}
        end as raw_example,
        {{- warehouse_segmentation.of_position('read', positions) }} as example,
        case mapping.position
            {%- for p in positions %}
            when {{ p }} then cast(unread_example_{{ p }} as string)
            {%- endfor %}
        end as unread_example

    from {{ input }}_mapping as mapping
    cross join {{ input }}_counts as counts
    cross join {{ input }}_read_examples

),

{% endfor -%}

stacked as (

    {%- for input in mapped %}
    select * from {{ input }}_columns
    union all
    {%- endfor %}
    select
        cast(null as string) as input,
        cast(null as int) as position,
        cast(null as string) as column_name,
        cast(null as string) as expression,
        cast(null as string) as kind,
        cast(null as string) as reading,
        cast(null as boolean) as is_confidential,
        cast(null as bigint) as input_rows,
        cast(null as bigint) as filled_rows,
        cast(null as bigint) as nothing_rows,
        cast(null as bigint) as unread_rows,
        cast(null as string) as raw_example,
        cast(null as string) as example,
        cast(null as string) as unread_example
    where false

)

select
    cast(input as string) as input,
    cast(column_name as string) as column_name,
    cast(position as int) as position,
    cast(expression as string) as expression,
    cast(kind as string) as kind,
    cast(reading as string) as reading,
    cast(input_rows as bigint) as rows,
    cast(filled_rows as bigint) as filled_rows,
    cast(nothing_rows as bigint) as nothing_rows,
    cast(unread_rows as bigint) as unread_rows,
    cast(filled_rows - nothing_rows - unread_rows as double) / nullif(filled_rows - nothing_rows, 0) as share_read,
    {%- for name in ['raw_example', 'example', 'unread_example'] %}
    -- an e-mail address is recognised in any column
    cast(case when is_confidential or {{ name }} like '%@%' then {{ warehouse_segmentation.text_shape(name) }} else {{ name }} end as string) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}

from stacked
