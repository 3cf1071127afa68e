{#- The dates on which each segmentation was scored, with the previous date and whether the model changed in
    between: rows of (segmentation, to_date, from_date, is_new_model). Dates from an earlier version of this
    package are known only by the changes of that day. -#}
{% macro scored_dates() %}
    select
        segmentation,
        valid_from as to_date,
        lag(valid_from) over (partition by segmentation order by valid_from) as from_date,
        coalesce(model_id, '') <> coalesce(lag(model_id) over (partition by segmentation order by valid_from), '') as is_new_model
    from (
        select
            segmentation,
            valid_from,
            max(model_id) as model_id

        from {{ ref('warehouse_segmentation', 'int_segmentation__segment_changes') }}
        where segmentation is not null
        group by
            segmentation,
            valid_from
    ) as scored
{% endmacro %}

{#- The condition that an order line belongs to the month of the day before `as_of_date`. The bounds are
    literals, so that an engine skips the stored data of other months. -#}
{% macro in_told_month() %}
  {%- set as_of = ref('warehouse_segmentation', 'int_segmentation__as_of_date') -%}
  {%- if not execute or load_relation(as_of) is none -%}{{- return('true') -}}{%- endif -%}
  {%- set begins = warehouse_segmentation.month_floor(warehouse_segmentation.add_days('as_of_date', -1)) -%}
  {%- set query = 'select ' ~ begins ~ ', cast(' ~ begins ~ " + interval '1' month as date) from " ~ as_of -%}
  {%- set bounds = run_query(query).rows[0] -%}
  {{- return("order_month >= date '" ~ bounds[0] ~ "' and order_month < date '" ~ bounds[1] ~ "'") -}}
{% endmacro %}

{#- 'behaviour:3': one column that identifies segments across all segmentations. -#}
{% macro segment_key(segmentation, segment_id) %}
  {{- return(segmentation ~ " || ':' || cast(" ~ segment_id ~ " as string)") -}}
{% endmacro %}

{#- A query for who was in which segment before a date, or on it with `comparison` '<=', from a table of changes:
    (segmentation, customer_id, segment_id). `as_of` is an expression for the date; `segmentations` names some, none means all. -#}
{% macro segments_on(changes, as_of, segmentations=none, comparison='<') %}
    select
        segmentation,
        customer_id,
        segment_id
    from (
        select
            segmentation,
            customer_id,
            segment_id,
            row_number() over (partition by segmentation, customer_id order by valid_from desc) as place

        from {{ changes }}
        where customer_id is not null
            {%- if segmentations is not none %}
            and segmentation in ('{{ segmentations | join("', '") }}')
            {%- endif %}
            and valid_from {{ comparison }} {{ as_of }}
    ) as placed
    where place = 1
        and segment_id is not null
{% endmacro %}

{#- A query for the model that scored each segmentation on its last date before another, as a table of changes tells it:
    (segmentation, model_id). `as_of` is an expression for the date. -#}
{% macro models_on(changes, as_of) %}
    select
        segmentation,
        model_id
    from (
        select
            segmentation,
            max(model_id) as model_id,
            row_number() over (partition by segmentation order by valid_from desc) as place

        from {{ changes }}
        where segmentation is not null
            and valid_from < {{ as_of }}
        group by
            segmentation,
            valid_from
    ) as dates
    where place = 1
{% endmacro %}
