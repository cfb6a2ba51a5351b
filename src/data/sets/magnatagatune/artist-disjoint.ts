/**
 * The artist-disjoint split of MagnaTagATune: its 230 artists, as its file names begin. Chosen once by
 * `computeArtistSplit` from the official tables, with the 50 most frequent tags and the artists' names, and written
 * down: everybody has the same test set, whatever lies beside the table and however the tags are merged.
 */
import type { Split } from '../../dataset.js';

/** `splitHash` of the 25,863 clips. */
export const ARTIST_DISJOINT_HASH = '04a35d2b60eb11e7';

/** Artists by split, apart by spaces. */
export const ARTISTS: Record<Split, string> = {
  train: `
    altri_stromenti ambient_teknology american_baroque ammonite antiguru anup arthur_yoria asteria atomic_opera
    barbara_leoni barry_phillips beatundercontrol beight belief_systems bjorn_fogelberg brad_sucks briddes_roune
    burning_babylon burnshee_thornside c__layne c_layne cargo_cult cheryl_ann_fulton chris_harvey chris_juergensen
    curandero curl da_camera daniel_ben_pienaar dj_cary domased dr_kuch drevo drop_trio ed_martin edward_martin
    edward_martin_and_paul_berget ehren_starks elizabeth_wolff emmas_mini ensemble_mirable ensemble_sreteniye
    ensemble_sreteniye___three_holies_church_choristers ensemble_vermillian etherfysh etherine falik falling_you
    farallon_recorder_quartet five_star_fall four_stones four_stones_net gerard_satamian grayson_wray
    hands_upon_black_earth hanneke_van_proosdij hoxman human_response indidginus introspekt ivilion jacob_heringman
    jacob_heringman_and_catherine_king jade_leary jag jami_sieber jay_kishor jeff_wahl jeffrey_luck_lucas jeni_melia
    jesse_manno john_jackson joram junghae_kim justin_bianco kenji_williams kiev_seminary_choir
    kiev_theological_academy_and_seminary_choir kitka kourosh_zolani la_primavera les_filles_de_sainte_colombe
    magnaloops magnatune magnatune_compilation magnatune_remixed mandrake_root maryse_carlin mediva
    memories_of_tomorrow mercy_machine mijo monks_and_choirs_of_kiev_pechersk_lavra mountain_mirrors mr_epic
    mr_gelatine mrdc music_of_the_spheres musica_franca mutandina myles_cochran new_york_consort_of_viols
    norine_braun orinda pain_factor paul_avgerinos paul_beier paul_berget phebe_craig_and_katherine_westine
    philharmonia_baroque philharmonia_baroque_orchestra pizzle plunkett professor_armchair psychetropic
    ralph_meulenbroeks ralph_rousseau_meulenbroeks rapoon rebel_rebel reza_manzoori rhonda_lorence rocket_city_riot
    roots_of_rebellion sand_craig_and_dornenburg sarasa_ensemble_labelle_sylvan saros seismic_anamoly
    seth_and_maryse_carlin seth_carlin sherefe shiva_in_exile sibelian sitar skitzo solace solar_cycle somadrone
    spinecar st__eliyah_childrens_choir stargarden stellamara sun_palace suzanne_teng swar_prabhat
    the_art_of_the_lute_player the_bots the_headroom_project the_kokoon the_marginal_prophets the_seldon_plan
    the_strap_ons tilopa tim_rayborn tom_paul touchinggrace trip_wamsley utopia_banished various_artists version
    very_large_array vito_paternoster voices_of_music wicked_boy william_brooks ya_elah yongen zephyrus zilla
  `,
  validation: `
    artemis claire_fitch dac_crowell duo_chambure hybris jamie_janover_and_michael_masley john_williams
    kammen___swan kyiv_chamber_choir liquid_zen monoide nova_express oberlin_consort_of_viols self_delusion
    three_holies_church_choristers
  `,
  test: `
    aba_structure american_bach_soloists anamar apa_ya beth_quist daniel_berkman dj_markitos doc_rossi
    edward_martin_and_william_bastian electric_frankenstein glen_bledsoe hans_christian heavy_mellow jackalopes
    james_edwards jamie_janover jan_hanford janine_johnson john_fleagle katherine_roberts_perl lisa_debenedictis
    lizzi lvx_nova magnatune_com minstrel_spirit o_fickle_fortune panacea processor richard_savino rob_costlow
    satori shane_jackman shira_kammen soulprint steven_devine strojovna_07 tanya_tomkins_and_eric_zivian
    telemann_trio_berlin the_napoleon_blown_aparts the_rajdhani_quartet the_sarasa_ensemble the_west_exit the_wretch
    thursday_group trancevision wicked_allstars williamson
  `,
};
