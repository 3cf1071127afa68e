"""Names of columns in German, French, Spanish, Italian and Dutch exports.

They are weaker than the English ones of `synonyms`, so that a file that has both is read by those.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from segment.mapping.synonyms import Kind

#: Canonical column -> its names by kind of value. Accents are left out, as names are compared.
ABROAD: Final[Mapping[str, tuple[tuple[Kind, str], ...]]] = MappingProxyType(
    {
        "customer_id": (
            (
                "id",
                (
                    "kundennr kundennummer kunden_id kd_nr debitor"
                    " debitorennummer numero_client n_client no_client id_client code_client"
                    " reference_client numero_cliente n_cliente id_cliente codigo_cliente"
                    " codice_cliente id_utente klantnummer klantnr klant_id"
                ),
            ),
            ("handle", "kunde kaufer acheteur cliente comprador acquirente klant"),
        ),
        "birth_date": (
            (
                "moment",
                (
                    "geburtsdatum geburtstag geboren_am date_naissance date_de_naissance"
                    " fecha_nacimiento fecha_de_nacimiento data_nascita data_di_nascita"
                    " geboortedatum"
                ),
            ),
            ("year", "geburtsjahr annee_naissance annee_de_naissance ano_nacimiento"),
        ),
        "age": (("age", "alter edad eta leeftijd"),),
        "gender": (("gender", "geschlecht sexe sexo genero sesso genere geslacht"),),
        "signed_up_at": (
            (
                "moment",
                (
                    "registriert_am registrierungsdatum anmeldedatum angelegt_am kunde_seit"
                    " mitglied_seit date_inscription date_d_inscription client_depuis"
                    " fecha_registro fecha_de_registro fecha_alta data_registrazione"
                    " data_di_registrazione registratiedatum klant_sinds"
                ),
            ),
        ),
        "country": (("category", "land pays pais paese nazione"),),
        "order_id": (
            (
                "id",
                (
                    "bestellnr bestellnummer bestell_id auftragsnr auftragsnummer"
                    " numero_commande numero_de_commande n_commande no_commande"
                    " id_commande numero_pedido n_pedido id_pedido numero_ordine n_ordine"
                    " id_ordine ordernummer bestelnummer"
                ),
            ),
            (
                "id",
                (
                    "rechnungsnr rechnungsnummer belegnr belegnummer"
                    " bonnr bonnummer vorgangsnummer numero_facture n_facture no_facture"
                    " numero_factura n_factura numero_fattura n_fattura factuurnummer"
                ),
            ),
            (
                "handle",
                (
                    "bestellung auftrag rechnung beleg commande facture pedido factura ordine"
                    " fattura bestelling factuur"
                ),
            ),
        ),
        "ordered_at": (
            (
                "moment",
                (
                    "bestelldatum auftragsdatum bestellt_am date_commande date_de_commande"
                    " fecha_pedido fecha_de_pedido data_ordine data_dell_ordine besteldatum"
                    " orderdatum"
                ),
            ),
            (
                "moment",
                (
                    "kaufdatum rechnungsdatum belegdatum buchungsdatum verkaufsdatum"
                    " date_achat date_d_achat date_facture date_de_facture date_vente"
                    " fecha_compra fecha_de_compra fecha_factura fecha_venta data_acquisto"
                    " data_fattura factuurdatum aankoopdatum"
                ),
            ),
            ("moment", "datum zeitpunkt fecha data"),
        ),
        "quantity": (
            (
                "number",
                "menge anzahl stuck stuckzahl stueckzahl quantite qte cantidad quantita aantal",
            ),
        ),
        "unit_price": (
            (
                "number",
                (
                    "einzelpreis stuckpreis stueckpreis preis_pro_stuck prix_unitaire"
                    " precio_unitario prezzo_unitario stukprijs eenheidsprijs"
                ),
            ),
            ("number", "preis prix precio prezzo prijs"),
        ),
        "amount": (
            (
                "number",
                (
                    "positionsbetrag zeilenbetrag nettobetrag netto nettoumsatz betrag_netto"
                    " umsatz montant_ht total_ht montant_net prix_ht importe_neto importe_linea"
                    " importo_netto imponibile nettobedrag omzet"
                ),
            ),
            ("number", "betrag gesamtpreis montant importe importo bedrag"),
        ),
        "discount_amount": (
            (
                "number",
                "rabatt rabattbetrag nachlass remise montant_remise descuento sconto korting",
            ),
        ),
        "product_id": (
            (
                "id",
                (
                    "artikelnr artikelnummer artikel_id produktnr produktnummer"
                    " code_article code_produit id_produit reference_produit id_producto"
                    " codigo_producto codice_prodotto codice_articolo productnummer"
                ),
            ),
        ),
        "product_name": (
            (
                "text",
                (
                    "artikelbezeichnung artikelname produktname produktbezeichnung nom_produit"
                    " libelle_produit nombre_producto nome_prodotto productnaam"
                ),
            ),
            (
                "text",
                (
                    "artikel produkt bezeichnung produit designation libelle producto"
                    " descripcion prodotto articolo descrizione omschrijving"
                ),
            ),
        ),
        "product_category": (
            (
                "category",
                (
                    "kategorie warengruppe produktgruppe produktkategorie categorie"
                    " categorie_produit famille_produit categoria categoria_producto"
                    " categoria_prodotto productcategorie"
                ),
            ),
        ),
        "channel": (("category", "kanal vertriebskanal verkaufskanal canal canale kanaal"),),
        "status": (
            (
                "category",
                (
                    "bestellstatus auftragsstatus rechnungsstatus zahlungsstatus statut"
                    " statut_commande estado estado_pedido stato stato_ordine bestelstatus"
                ),
            ),
        ),
        "is_return": (
            (
                "flag",
                (
                    "belegart vorgangsart buchungsart type_document type_de_document tipo_documento"
                    " tipo_de_documento retoure ist_retoure"
                ),
            ),
        ),
        "currency": (("category", "wahrung waehrung devise moneda divisa valuta"),),
    }
)
