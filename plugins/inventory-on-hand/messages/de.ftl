item-without-batches = Artikel { $item } ({ $name }) wird nicht nach Chargen geführt: Bitte lassen Sie die Charge leer.
warehouse-of-other-site = Lager { $warehouse } gehört zum Standort { $site }.
unknown-location = Im Lager { $warehouse } gibt es keinen Lagerplatz { $location }.
stock-exists = Für Artikel { $item } gibt es im Lager { $warehouse } schon einen Bestand mit diesem Lagerplatz, dieser Charge und diesem Status.
stock-not-empty = Der Bestand hat noch Mengen: Er kann erst gelöscht werden, wenn alle null sind.
quantity-not-positive = Die Menge muss über null liegen.
too-many-decimals = Eine Menge in { $unit } hat { $decimals ->
    [0] keine Nachkommastellen
    [one] höchstens eine Nachkommastelle
   *[other] höchstens { $decimals } Nachkommastellen
}.
status-not-reservable = { $status ->
    [blocked] Gesperrter Bestand kann nicht reserviert werden.
    [quarantine] Bestand in Quarantäne kann nicht reserviert werden.
   *[other] Bestand mit diesem Status kann nicht reserviert werden.
}
more-than-available = Verfügbar { $available ->
    [one] ist { $available } { $unit }
   *[other] sind { $available } { $unit }
}, nicht { $quantity }.
more-than-reserved = Reserviert { $reserved ->
    [one] ist { $reserved } { $unit }
   *[other] sind { $reserved } { $unit }
}: { $quantity } { $unit } können nicht freigegeben werden.
count-negative = Eine gezählte Menge kann nicht unter null liegen.
count-differs = Gezählt { $counted } { $unit }, erwartet { $physical } { $unit }: Die Abweichung liegt über { $percent } %. Bitte begründen Sie sie.
reserved-more-than-counted = Gezählt { $counted } { $unit }, reserviert { $reserved ->
    [one] ist aber { $reserved } { $unit }
   *[other] sind aber { $reserved } { $unit }
}.
transfer-to-itself = Der Bestand liegt schon dort: Bitte wählen Sie ein anderes Lager, einen anderen Lagerplatz oder Status.
no-stock-there = Für Artikel { $item } gibt es keinen Bestand im Lager { $warehouse }, Lagerplatz { $location }, Charge { $batch }, Status { $status ->
    [available] verfügbar
    [blocked] gesperrt
   *[quarantine] Quarantäne
}: Bitte legen Sie ihn zuerst an.
too-many-records = Dieser Artikel hat in diesem Lager mehr als { $limit } Datensätze, und mehr können nicht geprüft werden: Bitte wenden Sie sich an Ihre Administration.
cut-short = Es wurden nur die ersten { $limit } Datensätze gelesen, und es gibt mehr: Bitte grenzen Sie die Ansicht nach Artikel und Lager ein.
mixed-units = Diese Mengen haben verschiedene Einheiten, ihre Summe ist nicht aussagekräftig: Bitte gruppieren Sie nach Artikel.

label-entity-on-hand = Bestand
    .item = Artikel
    .item-name = Artikelbezeichnung
    .site = Standort
    .warehouse = Lager
    .location = Lagerplatz
    .batch = Charge
    .status = Bestandsstatus
    .status-is-available = Verfügbar
    .status-is-blocked = Gesperrt
    .status-is-quarantine = Quarantäne
    .unit = Einheit
    .physical = Physisch
    .reserved = Reserviert
    .ordered = Bestellt
    .on-order = In Auftrag
    .last-counted = Zuletzt gezählt
    .available-physical = Physisch verfügbar
    .total-available = Gesamt verfügbar
    .action-create = Anlegen
    .action-update = Ändern
    .action-delete = Löschen
    .action-reserve = Reservieren
    .action-reserve-quantity = Menge
    .action-release = Freigeben
    .action-release-quantity = Menge
    .action-count = Zählen
    .action-count-counted = Gezählte Menge
    .action-transfer = Umlagern
    .action-transfer-quantity = Menge
    .action-transfer-warehouse = Nach Lager
    .action-transfer-location = Nach Lagerplatz
    .action-transfer-status = Neuer Bestandsstatus
    .action-transfer-status-is-available = Verfügbar
    .action-transfer-status-is-blocked = Gesperrt
    .action-transfer-status-is-quarantine = Quarantäne
label-entity-on-hand-view = Bestandsansicht
    .name = Name
    .measure = Kennzahl
    .item = Artikel
    .site = Standort
    .warehouse = Lager
    .location = Lagerplatz
    .batch = Charge
    .status = Bestandsstatus
    .status-is-available = Verfügbar
    .status-is-blocked = Gesperrt
    .status-is-quarantine = Quarantäne
    .by-item = Nach Artikel
    .by-site = Nach Standort
    .by-warehouse = Nach Lager
    .by-location = Nach Lagerplatz
    .by-batch = Nach Charge
    .by-status = Nach Status
    .complete = Vollständig
    .as-of = Stand
    .total = Summe
    .rows = Bestände
    .rows-item = Artikel
    .rows-site = Standort
    .rows-warehouse = Lager
    .rows-location = Lagerplatz
    .rows-batch = Charge
    .rows-status = Bestandsstatus
    .rows-status-is-available = Verfügbar
    .rows-status-is-blocked = Gesperrt
    .rows-status-is-quarantine = Quarantäne
    .rows-quantity = Menge
    .rows-unit = Einheit
    .groups = Gruppen
    .groups-item = Artikel
    .groups-site = Standort
    .groups-warehouse = Lager
    .groups-location = Lagerplatz
    .groups-batch = Charge
    .groups-status = Bestandsstatus
    .groups-status-is-available = Verfügbar
    .groups-status-is-blocked = Gesperrt
    .groups-status-is-quarantine = Quarantäne
    .groups-quantity = Menge
    .groups-unit = Einheit
    .groups-records = Anzahl Bestände
    .action-create = Anlegen
    .action-update = Ändern
    .action-delete = Löschen
    .action-refresh = Aktualisieren

label-table-item = Artikel
label-table-unit = Einheit
label-table-site = Standort
label-table-warehouse = Lager
label-table-location = Lagerplatz
label-table-measure = Kennzahl
label-table-reservation = Reservierung anderer
label-table-parameters = Parameter
label-table-stock = Bestand

workspace-title = Bestand
page-stock = Bestände
page-stock-record = Bestand
page-views = Bestandsansichten
page-view = Bestandsansicht
section-dimensions = Artikel und Ort
section-quantities = Mengen
section-available = Verfügbar
section-view = Ansicht
section-filter = Filter
section-grouping = Gruppieren
section-groups = Gruppen
section-rows = Bestände
link-same-item = Dieser Artikel an anderen Orten
link-same-warehouse = Alles in diesem Lager
confirm-delete-stock = Diesen Bestand löschen?
confirm-delete-view = Diese Ansicht löschen?
confirm-count = Die physische Menge auf die gezählte setzen?
